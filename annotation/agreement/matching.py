"""Which people of two readings are the same: by the contributor's mark first, then by their place on the photo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import dist
from uuid import UUID

from annotation.boxes import Box

# Two places are one if they lie closer than half the way to the nearest other person, within these bounds, in parts of
# the photo's longer side.
NEAREST, FARTHEST = 0.02, 0.15


@dataclass(frozen=True, slots=True)
class PersonCompared:
    """One person of a reading: the contributor's mark or None, place and box as fractions, age and range in years."""

    mark: UUID | None
    x: float
    y: float
    box: Box | None
    age: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Match:
    """One person as both readings have them."""

    first: PersonCompared
    second: PersonCompared
    same_place: bool


class Places:
    """Distances on one photo, whose `wide` is its width divided by its height."""

    def __init__(self, first: Sequence[PersonCompared], second: Sequence[PersonCompared], wide: float) -> None:
        across, down = (1.0, 1 / wide) if wide >= 1 else (wide, 1.0)
        everybody = (*first, *second)
        self._at = {id(person): (person.x * across, person.y * down) for person in everybody}
        # Asked for each two, told once for each: there may be hundreds of people on either side.
        self._alone = {id(person): self._nearest(person, reading) for reading in (first, second) for person in reading}

    def between(self, one: PersonCompared, other: PersonCompared) -> float:
        """The distance of two people, in parts of the photo's longer side."""
        return dist(self._at[id(one)], self._at[id(other)])

    def near(
        self, first: Sequence[PersonCompared], second: Sequence[PersonCompared]
    ) -> Iterator[tuple[float, int, int]]:
        """Those of whom two marks do not say otherwise who are at one place: distance, and number in either list."""
        there = [self._at[id(other)] for other in second]
        for row, one in enumerate(first):
            for column, away in enumerate(map(dist, repeat(self._at[id(one)]), there)):
                other = second[column]
                is_near = away <= FARTHEST or one.box is not None or other.box is not None
                if is_near and not (one.mark and other.mark) and self.is_one(one, other):
                    yield away, row, column

    def is_one(self, first: PersonCompared, second: PersonCompared) -> bool:
        """Whether a person of the first reading and one of the second are at one place."""
        if _holds(first.box, second) or _holds(second.box, first):
            return True
        return self.between(first, second) <= self._reach(first, second)

    def _reach(self, first: PersonCompared, second: PersonCompared) -> float:
        return min(FARTHEST, max(NEAREST, min(self._alone[id(first)], self._alone[id(second)]) / 2))

    def _nearest(self, person: PersonCompared, reading: Sequence[PersonCompared]) -> float:
        """How far from a person the nearest other one of the same reading is."""
        others = [self._at[id(other)] for other in reading if other is not person]
        return min(map(dist, repeat(self._at[id(person)]), others), default=2 * FARTHEST)


def match(first: Sequence[PersonCompared], second: Sequence[PersonCompared], wide: float) -> list[Match]:
    """The people that both readings have, in the first one's order.

    Two who carry the same mark are one person wherever they stand; two different marks never are. Of the rest the two
    that stand closest are one person, then the next two, as long as they stand at one place.
    """
    places = Places(first, second, wide)
    by_mark = {person.mark: person for person in second if person.mark}
    pairs = [(person, by_mark[person.mark]) for person in first if person.mark in by_mark]
    taken = {id(person) for pair in pairs for person in pair}
    for _distance, row, column in sorted(places.near(first, second)):
        one, other = first[row], second[column]
        if id(one) not in taken and id(other) not in taken:
            pairs.append((one, other))
            taken |= {id(one), id(other)}
    order = {id(person): place for place, person in enumerate(first)}
    pairs.sort(key=lambda pair: order[id(pair[0])])
    return [Match(one, other, places.is_one(one, other)) for one, other in pairs]


def _holds(box: Box | None, person: PersonCompared) -> bool:
    return box is not None and box.holds(person.x, person.y)
