"""What a server must offer to be measured: one subclass each, and nothing else knows its addresses."""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

from bench.annotators.client import Client


@dataclass(frozen=True, slots=True)
class Person:
    """One person in a photo: a box in fractions (0 to 1) of it, left, top, right, bottom, and an age in years."""

    box: tuple[float, float, float, float]
    age: int

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


# What every annotator answers for every photo: two people with boxes and ages, their count, and one term.
PEOPLE: Final = (Person((0.10, 0.10, 0.30, 0.72), 8), Person((0.46, 0.12, 0.67, 0.79), 34))


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A photo in an annotator's hands: the server's id of the work, and whatever is needed to answer it."""

    task: Hashable
    told: Any = None


class Adapter(ABC):
    """One server. `pids` are its root processes and its database's, by "app" and "database"."""

    name: str
    pids: dict[str, int]

    @abstractmethod
    def fill(self, size: int) -> None:
        """Let exactly so many photos wait to be read, and nothing else."""

    @abstractmethod
    def clients(self, number: int) -> list[Client]:
        """So many annotators, signed in as browsers are."""

    @abstractmethod
    def next(self, client: Client) -> HandedOut | None:
        """One call that gives an annotator a photo to read; None when nothing waits. Raises Refused."""

    @abstractmethod
    def submit(self, client: Client, handed_out: HandedOut) -> None:
        """All calls by which the annotator answers PEOPLE for it. Raises Refused."""
