"""How many uploads may be under way at once: in all, and from one client."""

from collections import Counter


class UploadRoom:
    """Places for uploads in one process. Used by the server's main thread alone, so without a lock."""

    def __init__(self, *, places: int, each: int) -> None:
        """`places` in all, of which one client gets at most `each`."""
        self._places, self._each = places, each
        self._taken: Counter[str] = Counter()

    def take(self, client: str) -> bool:
        """Take a place for this client, if there is one."""
        if self._taken.total() >= self._places or self._taken[client] >= self._each:
            return False
        self._taken[client] += 1
        return True

    def give_back(self, client: str) -> None:
        """The client's upload is over, however it ended."""
        self._taken[client] -= 1
        # What is not counted any more is forgotten.
        self._taken += Counter()
