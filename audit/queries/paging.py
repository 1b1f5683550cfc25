"""Pages by key: the next page begins where the last one ended, however many entries came meanwhile."""

from dataclasses import dataclass

from audit.models import Event

PAGE = 50
DIGITS = 18  # more could pass the largest bigint


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and the index from which the next page goes on (None on the last page)."""

    events: list[Event]
    goes_on: int | None


def wanted(text: str | None) -> int | None:
    """The index asked for in the address; None for anything that is not one."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
