"""Painting over what an annotator covered: opaque, before anything is cut or encoded."""

from collections.abc import Iterable, Iterator
from math import ceil, floor
from typing import Final, Protocol

from PIL import Image, ImageStat

from contributions.queries import Straight

Pixels = tuple[int, int, int, int]
# A JPEG tells of all pixels of a block of this many together, the received file's included: what lies beside a letter
# still has an echo of it. So whole blocks are painted.
BLOCK: Final = 16
# As wide a rim around a cover gives it its colour.
RIM: Final = 8


class Cover(Protocol):
    """What is covered, as fractions (0 to 1) of the photo."""

    @property
    def left(self) -> float:
        """The left edge."""

    @property
    def top(self) -> float:
        """The upper edge."""

    @property
    def right(self) -> float:
        """The right edge."""

    @property
    def bottom(self) -> float:
        """The lower edge."""


def paint(picture: Image.Image, covers: Iterable[Cover]) -> list[Pixels]:
    """Paint these covers into a picture in place; what was painted, in its pixels (left, top, right, bottom).

    The colour is the median of what lies around a cover, so that it tells nothing of what was there.
    """
    boxes = [_whole_blocks(cover, picture.size) for cover in covers]
    # Every colour before any paint, so that the order of covers changes nothing.
    colours = [_around(picture, box) for box in boxes]
    for box, colour in zip(boxes, colours, strict=True):
        picture.paste(colour, box)
    return boxes


def told(boxes: Iterable[Pixels], straight: Straight) -> Iterator[list[int]]:
    """What of these is left in the cut picture: x, y, width, height in its whole pixels, as COCO has boxes."""
    width, height = straight.of
    for box in boxes:
        around = straight.around(box[0] / width, box[1] / height, box[2] / width, box[3] / height)
        if around is not None:
            # A hair's breadth of rounding is no pixel more.
            left, top = (floor(edge + 1e-6) for edge in around[:2])
            right, bottom = (ceil(edge - 1e-6) for edge in around[2:])
            yield [left, top, right - left, bottom - top]


def _whole_blocks(cover: Cover, size: tuple[int, int]) -> Pixels:
    width, height = size
    return (
        int(cover.left * width) // BLOCK * BLOCK,
        int(cover.top * height) // BLOCK * BLOCK,
        min(width, -(-int(cover.right * width + 1) // BLOCK) * BLOCK),
        min(height, -(-int(cover.bottom * height + 1) // BLOCK) * BLOCK),
    )


def _around(picture: Image.Image, box: Pixels) -> tuple[int, ...]:
    left, top, right, bottom = box
    wide = (max(0, left - RIM), max(0, top - RIM), min(picture.width, right + RIM), min(picture.height, bottom + RIM))
    rim = Image.new("1", (wide[2] - wide[0], wide[3] - wide[1]), 1)
    rim.paste(0, (left - wide[0], top - wide[1], right - wide[0], bottom - wide[1]))
    if rim.getbbox() is None:
        return (128,) * len(picture.getbands())
    return tuple(int(value) for value in ImageStat.Stat(picture.crop(wide), rim).median)
