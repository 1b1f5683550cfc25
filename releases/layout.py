"""Which photo lies in which shard: as many shards as possible stay as they were in the release before."""

from collections.abc import Mapping, Sequence
from uuid import UUID

# A shard that is as it was and at least so full is not written again for the sake of a few more photos.
FULL_ENOUGH = 0.5


def lay_out(
    before: Mapping[UUID, int], now: Sequence[UUID], *, touched: frozenset[int], size: int, least: int = 1
) -> dict[UUID, int]:
    """The slot of each photo of `now`: at most `size` photos in one, and at least `least` while there are that many.

    `before` are the slots of photos in the release before, `touched` those slots of which a photo left or changed: they
    are written anew in any case, and are filled up first; then come those less than half full, then new ones. A shard
    of few photos names them when it is closed: it is merged into another, or takes some of another's. `least` is at
    most half of `size`, or 1. The same arguments give the same slots, in whatever order the photos come.
    """
    held: dict[int, list[UUID]] = {}
    for photo in sorted(now):
        if photo in before:
            held.setdefault(before[photo], []).append(photo)
    new = sorted(photo for photo in now if photo not in before)
    for slot in _room_in(held, touched, size):
        count = max(0, size - len(held[slot]))
        held[slot] += new[:count]
        new = new[count:]
    slot = 0
    while new:
        if slot not in held:
            held[slot], new = new[:size], new[size:]
        slot += 1
    _fill_small(held, touched, size, least)
    return {photo: slot for slot, photos in held.items() for photo in photos}


def _room_in(held: Mapping[int, Sequence[UUID]], touched: frozenset[int], size: int) -> list[int]:
    first = sorted(slot for slot in held if slot in touched)
    scanty = sorted(slot for slot, photos in held.items() if slot not in touched and len(photos) < size * FULL_ENOUGH)
    return first + scanty


def _fill_small(held: dict[int, list[UUID]], touched: frozenset[int], size: int, least: int) -> None:
    """Leave no slot with fewer than `least` photos, as long as there is another one."""
    small = sorted((slot for slot in held if len(held[slot]) < least), key=lambda slot: (-len(held[slot]), slot))
    while small and len(held) > 1:
        slot = small.pop()
        # Into what is written anew in any case, small ones first; else what is as it was is written again, too.
        others = sorted((one for one in held if one != slot), key=lambda one: (_stays(one, held, touched, least), one))
        merged = next((one for one in others if len(held[one]) + len(held[slot]) <= size), None)
        if merged is None:
            _borrow(held, slot, others, least)
            continue
        held[merged] += held.pop(slot)
        small = [one for one in small if len(held[one]) < least]


def _stays(slot: int, held: Mapping[int, Sequence[UUID]], touched: frozenset[int], least: int) -> int:
    return 0 if len(held[slot]) < least else 1 if slot in touched else 2


def _borrow(held: dict[int, list[UUID]], slot: int, others: Sequence[int], least: int) -> None:
    """Take as many photos as are missing from the first of the others; each has more than it needs."""
    missing = least - len(held[slot])
    held[others[0]], taken = held[others[0]][:-missing], held[others[0]][-missing:]
    held[slot] += taken
