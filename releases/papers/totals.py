"""How many photos, people and answers a release has, as its papers say it, and what of it covers what else.

Each photo has its giver in it, unless it shows nobody. So how many people are in photos beside the givers follows from
two totals: where they are few, one of these is told as a range.
"""

from dataclasses import dataclass
from functools import cached_property

from releases.few import FEWEST, is_few
from releases.papers.cells import Cell, Span, cells, span
from releases.papers.composition import BY_GIVER, Composition


@dataclass(frozen=True)
class Totals:
    """What is told of a release's sums; `answers` is how many consents stand behind it."""

    made: Composition
    answers: int

    @property
    def photos(self) -> Span:
        """How many photos it holds."""
        return span(self.made.photos)

    @property
    def people(self) -> Span:
        """How many people are in them, all together."""
        photos, people = self.made.photos, self.made.people
        if is_few(photos) or not (is_few(people - photos) or is_few(photos - people)):
            return span(people)
        return Span(photos, photos + FEWEST - 1) if people > photos else Span(photos - FEWEST + 1, photos)

    @property
    def boxes(self) -> Span:
        """How many people have a box: as many as there are people at most."""
        boxes, people = span(self.made.boxes), self.people
        return people if people.low != people.high and boxes.high > people.low else boxes

    @cached_property
    def bases(self) -> list[Cell] | None:
        """On what the people's agreement rests; None where that would tell how few photos have no giver in them."""
        givers = self.made.bases[BY_GIVER]
        if is_few(self.made.photos - givers):
            return None
        known = [BY_GIVER] if givers == self.made.photos and not is_few(givers) else []
        return cells(self.made.bases, self.people, known)

    @property
    def agreed(self) -> Span:
        """How many answers stand behind it: a giver's for each photo, and those of others who were asked."""
        photos, people, bases = self.made.photos, self.people, self.bases
        shows = bases is not None and not any(cell.is_covered for cell in bases)
        if shows or is_few(self.answers) or self.answers == photos or self.answers > people.high:
            return span(self.answers)
        least = photos if bases else photos - FEWEST + 1
        return Span(max(0, min(least, self.answers)), people.high)
