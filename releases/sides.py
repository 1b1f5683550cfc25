"""Which photos have to be on one side of a split, and the side that is suggested for them."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Final
from uuid import UUID

from releases.models import Split

# Of a hundred unrelated photos so many are suggested for each.
SHARES: Final = {Split.TEST: 10, Split.VALIDATION: 10, Split.TRAIN: 80}


def groups_of(public_ids: Mapping[UUID, UUID], same: Iterable[frozenset[UUID]]) -> dict[UUID, UUID]:
    """For the public id of each photo the smallest one among the images of one picture.

    `public_ids` are theirs by photo; `same` sets of photos that show one picture.
    """
    groups = {public_id: public_id for public_id in public_ids.values()}
    for photos in same:
        together = [public_ids[photo] for photo in photos if photo in public_ids]
        groups |= dict.fromkeys(together, min(together, default=UUID(int=0)))
    return groups


def splits_of(bound: Mapping[UUID, Iterable[Hashable]], before: Mapping[UUID, str]) -> dict[UUID, Split]:
    """The side of each photo, by public id: photos that share anything in `bound` are on one side.

    `before` are the sides that photos had in earlier releases. They stay; where photos of two sides turn out to belong
    together, all go where most of them were. The side of those that had none is drawn from their smallest public id.
    """
    found: dict[UUID, Split] = {}
    for together in _together(bound):
        votes = Counter(before[photo] for photo in together if before.get(photo))
        side = Split(min(votes, key=lambda one: (-votes[one], one))) if votes else _drawn(min(together))
        found |= dict.fromkeys(together, side)
    return found


def _drawn(public_id: UUID) -> Split:
    """Public ids are random, so their first bytes draw evenly enough."""
    drawn = int.from_bytes(public_id.bytes[:4]) % 100
    for side, share in SHARES.items():
        if drawn < share:
            return side
        drawn -= share
    return Split.TRAIN


def _together(bound: Mapping[UUID, Iterable[Hashable]]) -> Iterable[list[UUID]]:
    """The photos in the sets that shared bonds make of them."""
    parent: dict[Hashable, Hashable] = {}

    def root(one: Hashable) -> Hashable:
        while (above := parent.setdefault(one, one)) != one:
            parent[one] = parent[above]
            one = parent[one]
        return one

    for photo, bonds in bound.items():
        for bond in bonds:
            parent[root(bond)] = root(photo)
    sets: defaultdict[Hashable, list[UUID]] = defaultdict(list)
    for photo in bound:
        sets[root(photo)].append(photo)
    return sets.values()
