"""What is asked of a list server, and what it answers."""

from dataclasses import dataclass
from typing import Any, Protocol

from screening.hash_kinds import Hash

Checkpoint = dict[str, Any]


class ExchangeFailed(Exception):
    """The server did not answer, or not as it should. Says no more: an answer in a message would end in a log."""


class ClientMissing(Exception):
    """The client of list servers is not installed."""

    def __str__(self) -> str:
        return (
            "The client of list servers is not installed here. Install it with "
            '"pip install --require-hashes -r requirements-exchange.txt" (this takes a C++ compiler), then try again.'
        )


@dataclass(frozen=True, slots=True, repr=False)
class Update:
    """One entry of the server's, as it stands now; without hashes it was taken back."""

    entry: str
    hashes: tuple[Hash, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What has changed since a checkpoint, the newest change of an entry last, and where to go on.

    `complete`: there is nothing more for now. `unread` counts hashes that were not as their kind asks.
    """

    updates: list[Update]
    checkpoint: Checkpoint
    complete: bool
    unread: int = 0


class Exchange(Protocol):
    """One list server. Made with its entry in settings.LIST_EXCHANGES; raises ClientMissing or ValueError."""

    def ask(self, checkpoint: Checkpoint | None) -> Answer:
        """What has changed since (None: everything), in an amount that a worker handles. Raises ExchangeFailed."""
