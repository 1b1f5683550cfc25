"""Counts as they may be told: a group of fewer than five people or photos is told as that, and cannot be worked out.

The papers of a release are kept when its photos are gone, and are read by more people than its pictures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

FEWEST: Final = 5
FEW: Final = f"fewer than {FEWEST}"
NOT_TOLD: Final = "not told"


@dataclass(frozen=True, slots=True)
class Cell:
    """One group: what it is called, how many there are in words, and the length of its bar."""

    label: str
    text: str
    bar: int


def told(count: int) -> str:
    """A count in words: small ones are not told apart; 0 is no secret."""
    return FEW if 0 < count < FEWEST else f"{count:,}"


def cells(counts: Mapping[str, int], *, whole: bool = True) -> list[Cell]:
    """A cell for each of these groups, in their order.

    `whole`: together they are all there are, so small groups could be worked out from the others and the sum. Then the
    smallest of the other groups is told as no more than what follows from that.
    """
    made = [Cell(label, told(count), count if count >= FEWEST else 0) for label, count in counts.items()]
    few = [place for place, count in enumerate(counts.values()) if 0 < count < FEWEST]
    large = [(count, place) for place, count in enumerate(counts.values()) if count >= FEWEST]
    if whole and few and large:
        least, place = min(large)
        _blur(made, few, place, least + sum(count for count in counts.values() if count < FEWEST))
    return made


def _blur(made: list[Cell], few: Sequence[int], large: int, together: int) -> None:
    """Tell of one large group what anybody can work out who knows how many it and the small ones are together."""
    low, high = max(FEWEST, together - (FEWEST - 1) * len(few)), together - len(few)
    if high >= 2 * FEWEST:
        made[large] = replace(made[large], text=f"{low:,} to {high:,}", bar=low)
        return
    # So few that the range itself would tell them.
    for place in (*few, large):
        made[place] = replace(made[place], text=NOT_TOLD, bar=0)
