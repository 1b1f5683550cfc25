"""Whole files that something has happened to: no end of them, each different by its seed."""

from collections.abc import Callable
from random import Random

from tests.hostile.file import KINDS, TYPES, Hostile, chance, photo


def cut_short(random: Random, data: bytearray) -> bytearray:
    """Ends somewhere."""
    return data[: random.randrange(1, len(data))]


def flipped(random: Random, data: bytearray) -> bytearray:
    """Some bits are wrong, more of them in the head."""
    for _ in range(random.choice((1, 3, 10, 60))):
        at = random.randrange(len(data) if random.random() < 0.5 else min(len(data), 600))
        data[at] ^= 1 << random.randrange(8)
    return data


def blanked(random: Random, data: bytearray) -> bytearray:
    """A stretch is all zeros or all ones."""
    start, length = random.randrange(len(data)), random.randrange(1, 2000)
    data[start : start + length] = bytes([random.choice((0, 255))]) * len(data[start : start + length])
    return data


def torn(random: Random, data: bytearray) -> bytearray:
    """A stretch is missing."""
    start = random.randrange(len(data))
    del data[start : start + random.randrange(1, 800)]
    return data


def doubled(random: Random, data: bytearray) -> bytearray:
    """A stretch comes twice."""
    start = random.randrange(len(data))
    return data[: start + random.randrange(1, 800)] + data[start:]


def stuffed(random: Random, data: bytearray) -> bytearray:
    """Bytes without meaning stand in the middle."""
    start = random.randrange(min(len(data), 2000))
    return data[:start] + random.randbytes(random.randrange(1, 3000)) + data[start:]


def lengths_swollen(random: Random, data: bytearray) -> bytearray:
    """Numbers in the head are as large as they can be."""
    for _ in range(random.choice((1, 2, 5))):
        start = random.randrange(2, 200)
        data[start : start + 4] = random.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80\0\0\0"))
    return data


def crossed(random: Random, data: bytearray) -> bytearray:
    """Goes on as a file of another kind."""
    other = photo(random.choice(KINDS))
    start = random.randrange(8, len(data))
    return data[:start] + other[random.randrange(len(other)) :]


def head_only(random: Random, data: bytearray) -> bytearray:
    """Begins rightly and is noise from there."""
    return data[: random.randrange(4, 64)] + random.randbytes(random.randrange(1, 20_000))


WAYS: tuple[Callable[[Random, bytearray], bytearray], ...] = (
    cut_short,
    flipped,
    blanked,
    torn,
    doubled,
    stuffed,
    lengths_swollen,
    crossed,
    head_only,
)


def mangled(number: int) -> Hostile:
    """The file with this number: ways and kinds take turns."""
    way, kind = WAYS[number % len(WAYS)], KINDS[(number // len(WAYS) + number) % len(KINDS)]
    data = bytes(way(chance(number), bytearray(photo(kind))))
    return Hostile(f"{way.__name__} {kind} {number}", data, content_type=TYPES[kind])
