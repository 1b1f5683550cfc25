"""Counts as they may be told: a group of fewer than five people or photos is told as that, and cannot be worked out.

The papers of a release are kept when its photos are gone, and are read by more people than its pictures.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple

from releases.few import FEWEST, is_few

FEW: Final = f"fewer than {FEWEST}"
NOT_TOLD: Final = "not told"
# A range that ends below would tell what it covers: a group that is not told may be anything up to it.
WIDEST: Final = 2 * FEWEST


class Span(NamedTuple):
    """What is told of a number: it lies between the two, both included."""

    low: int
    high: int

    @property
    def text(self) -> str:
        """In words."""
        if self == _FEW:
            return FEW
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"

    def less(self, count: int) -> "Span":
        """What is told of the rest when so many are known."""
        return Span(self.low - count, self.high - count)


_FEW: Final = Span(1, FEWEST - 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One group: what it is called, how many there are in words, and what follows from these words."""

    label: str
    text: str
    span: Span

    @property
    def is_covered(self) -> bool:
        """Whether it is not told how many there are."""
        return self.span.low != self.span.high


def span(count: int) -> Span:
    """What is told of a count by itself: small ones are not told apart; 0 is no secret."""
    return _FEW if is_few(count) else Span(count, count)


def told(count: int) -> str:
    """The same in words."""
    return span(count).text


def cells(counts: Mapping[str, int], total: Span | None = None, known: Collection[str] = ()) -> list[Cell]:
    """A cell for each of these groups, in their order.

    `total` is what is told elsewhere of their sum, None where there is none to be known: from it and the others a small
    group could be worked out. Then the smallest of the other groups is told as no more than what follows from that.
    `known` are groups of which something else tells how many there are, so that covering them would cover nothing.
    """
    made = [Cell(label, told(count), span(count)) for label, count in counts.items()]
    if total is None:
        return made
    free = [place for place, cell in enumerate(made) if cell.label not in known]
    few = [place for place in free if made[place].is_covered]
    if not few and total.low == total.high:
        return made
    exact = sorted((made[place].span.low, place) for place in free if made[place].span.low >= FEWEST)
    rest = total.less(sum(cell.span.low for cell in made if not cell.is_covered))
    if exact:
        count, place = exact[0]
        _blur(made, few, place, Span(rest.low + count, rest.high + count))
    elif few and rest.high == len(few):
        _hide(made, free, 0)
    elif few and rest.low == (FEWEST - 1) * len(few):
        _hide(made, few, 1)
    return made


def could_be_counted(found: Sequence[Cell], total: Span, weighted: Span) -> bool:
    """Whether a covered group follows from two sums: of the groups, and of each times its place from 0 on.

    The last group is open: it may weigh more than its place. Where groups are not told at all, that counts as yes:
    there are too many ways to go through.
    """
    if any(cell.text == NOT_TOLD for cell in found):
        return True
    values: list[set[int]] = [set() for _cell in found]
    for counts in product(*(range(cell.span.low, cell.span.high + 1) for cell in found)):
        weight = sum(place * count for place, count in enumerate(counts))
        heavy_enough = weight >= weighted.low or counts[-1] > 0
        if total.low <= sum(counts) <= total.high and weight <= weighted.high and heavy_enough:
            for seen, count in zip(values, counts, strict=True):
                seen.add(count)
    return any(cell.is_covered and len(seen) < 2 for cell, seen in zip(found, values, strict=True))


def _blur(made: list[Cell], few: Sequence[int], large: int, together: Span) -> None:
    """Tell of one large group what anybody can work out who knows how many it and the small ones are together."""
    low, high = max(FEWEST, together.low - (FEWEST - 1) * len(few)), together.high - len(few)
    if high >= WIDEST:
        range_told = Span(low, high)
        made[large] = Cell(made[large].label, range_told.text, range_told)
    else:
        _hide(made, [*few, large], 1)


def _hide(made: list[Cell], places: Sequence[int], least: int) -> None:
    """So few that a range, or that they are few, would tell them."""
    for place in places:
        made[place] = Cell(made[place].label, NOT_TOLD, Span(least, WIDEST - 1))
