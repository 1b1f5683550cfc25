"""All of them, in an order in which any beginning has some of everything."""

from collections.abc import Callable, Iterator
from itertools import chain, count, islice, zip_longest

from tests.hostile import bombs, frames, masks, telling
from tests.hostile.file import Hostile
from tests.hostile.mangled import mangled

FAMILIES: tuple[Callable[[], Iterator[Hostile]], ...] = (
    masks.other_formats,
    masks.no_pictures,
    masks.polyglots,
    masks.wrong_labels,
    telling.in_every_kind,
    telling.in_jpeg,
    telling.in_png,
    telling.in_others,
    frames.several,
    frames.broken,
    bombs.dimensions,
    bombs.deep,
    bombs.many,
    bombs.swelling,
)


def corpus(number: int) -> Iterator[Hostile]:
    """So many files, no two the same: the families take turns, with a mangled one after every third."""
    return islice(_different(_all()), number)


def _different(files: Iterator[Hostile]) -> Iterator[Hostile]:
    seen: set[bytes] = set()
    for each in files:
        if each.data not in seen:
            seen.add(each.data)
            yield each


def _all() -> Iterator[Hostile]:
    numbers = count()
    turns = zip_longest(*(family() for family in FAMILIES))
    for place, hostile in enumerate(each for each in chain.from_iterable(turns) if each is not None):
        yield hostile
        if place % 3 == 2:
            yield mangled(next(numbers))
    for each in numbers:
        yield mangled(each)
