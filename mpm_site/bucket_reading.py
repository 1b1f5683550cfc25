"""One object of a bucket as a file to read: a stream, opened where reading begins and again where it was cut."""

from collections.abc import Callable
from io import SEEK_CUR, SEEK_SET, RawIOBase
from typing import Any, Final

from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

# How often in a row a stream may be cut before it gave a single byte.
CUTS: Final = 3
PIECE_BYTES: Final = 1024 * 1024


class Reading(RawIOBase):
    """Reads forward from any place; seeking ends the stream, and the next read opens another there.

    `open_at` gives the bytes from a place on. An object is never changed once it is written, so what comes after a cut
    continues what came before it; whoever opens it would see otherwise.
    """

    def __init__(self, open_at: Callable[[int], Any]) -> None:
        self._open_at = open_at
        self._body: Any = None
        self._place = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, from the start and from here."""
        return True

    def seek(self, place: int, whence: int = SEEK_SET, /) -> int:
        """Go on reading at byte `place`; raises ValueError for a place counted from the end."""
        if whence not in {SEEK_SET, SEEK_CUR}:
            raise ValueError("The end is not known before it is read.")
        wanted = place + (self._place if whence == SEEK_CUR else 0)
        if wanted != self._place:
            self._let_go()
            self._place = wanted
        return wanted

    def tell(self) -> int:
        """The next byte's place."""
        return self._place

    def read(self, size: int | None = -1, /) -> bytes:
        """At most `size` bytes, all that are left without it, none only at the end.

        Raises FileNotFoundError, and OSError when the stream is cut again and again.
        """
        if size is None or size < 0:
            return b"".join(iter(lambda: self._some(PIECE_BYTES), b""))
        return self._some(size) if size else b""

    def close(self) -> None:
        """End the stream, read to its end or not."""
        self._let_go()
        super().close()

    def _some(self, size: int) -> bytes:
        for _ in range(CUTS):
            if self._body is None:
                self._body = self._open_at(self._place)
            try:
                data = bytes(self._body.read(size))
            except (BotoCoreError, HTTPError):
                self._let_go()
                continue
            self._place += len(data)
            return data
        raise OSError("The object store cut the answer again and again.")

    def _let_go(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.close()
