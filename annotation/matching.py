"""Which people of two readings are the same: by the contributor's mark first, then by their place on the photo."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from uuid import UUID

from annotation.boxes import Box

# Two places are one if they lie closer than half the way to the nearest other person, within these bounds, in parts of
# the photo's longer side.
NEAREST, FARTHEST = 0.02, 0.15


@dataclass(frozen=True, slots=True)
class PersonSeen:
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

    first: PersonSeen
    second: PersonSeen
    same_place: bool


class Places:
    """Distances on one photo, whose `wide` is its width divided by its height."""

    def __init__(self, first: Sequence[PersonSeen], second: Sequence[PersonSeen], wide: float) -> None:
        self._readings = (first, second)
        self._scale = (1.0, 1 / wide) if wide >= 1 else (wide, 1.0)

    def between(self, one: PersonSeen, other: PersonSeen) -> float:
        """The distance of two people, in parts of the photo's longer side."""
        return hypot((one.x - other.x) * self._scale[0], (one.y - other.y) * self._scale[1])

    def is_one(self, first: PersonSeen, second: PersonSeen) -> bool:
        """Whether a person of the first reading and one of the second are at one place."""
        if _holds(first.box, second) or _holds(second.box, first):
            return True
        return self.between(first, second) <= self._reach(first, second)

    def _reach(self, first: PersonSeen, second: PersonSeen) -> float:
        others = [
            self.between(person, other)
            for person, reading in zip((first, second), self._readings, strict=True)
            for other in reading
            if other is not person
        ]
        return min(FARTHEST, max(NEAREST, min(others, default=2 * FARTHEST) / 2))


def match(first: Sequence[PersonSeen], second: Sequence[PersonSeen], wide: float) -> list[Match]:
    """The people that both readings have, in the first one's order.

    Two who carry the same mark are one person wherever they stand; two different marks never are. Of the rest the two
    that stand closest are one person, then the next two, as long as they stand at one place.
    """
    places = Places(first, second, wide)
    by_mark = {person.mark: person for person in second if person.mark}
    pairs = [(person, by_mark[person.mark]) for person in first if person.mark in by_mark]
    taken = {id(person) for pair in pairs for person in pair}
    near = sorted(
        (places.between(one, other), row, column)
        for row, one in enumerate(first)
        for column, other in enumerate(second)
        if not (one.mark and other.mark) and not taken & {id(one), id(other)} and places.is_one(one, other)
    )
    for _distance, row, column in near:
        if not taken & {id(first[row]), id(second[column])}:
            pairs.append((first[row], second[column]))
            taken |= {id(first[row]), id(second[column])}
    order = {id(person): place for place, person in enumerate(first)}
    pairs.sort(key=lambda pair: order[id(pair[0])])
    return [Match(one, other, places.is_one(one, other)) for one, other in pairs]


def _holds(box: Box | None, person: PersonSeen) -> bool:
    return box is not None and box.left <= person.x <= box.right and box.top <= person.y <= box.bottom
