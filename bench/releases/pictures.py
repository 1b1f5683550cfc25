"""Ordinary photographs for a benchmark, as many as are asked for, of those that the scikit-image package ships.

A few hundred sources are cut out of them at some scale; each picture is a window of one source with tones of its own.
"""

import io
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import Final

import skimage
from PIL import Image, ImageOps

LEAST_BYTES: Final = 150_000
WIDE, HIGH = 1024, 768
# So large is a source: a window of it may lie in some places.
_WIDE, _HIGH = 1360, 1020
_NAMES: Final = (
    *("astronaut.png", "brick.png", "camera.png", "chelsea.png", "coffee.png", "grass.png", "gravel.png"),
    *("hubble_deep_field.jpg", "ihc.png", "motorcycle_left.png", "motorcycle_right.png", "retina.jpg", "rocket.jpg"),
)
SOURCES: Final = 312
# The first of these by which a picture is large enough.
_QUALITIES: Final = (40, 55, 65, 75, 82, 88, 92, 95, 97, 99)


def picture(number: int, *, whole: bool = False) -> bytes:
    """The JPEG with this number, of at least LEAST_BYTES: WIDE x HIGH, or its whole source, which is larger.

    Ask for those of one source (`number % SOURCES`) one after the other: it is made once. Raises ValueError for a
    picture that no quality makes large enough.
    """
    chance = Random(number)  # noqa: S311
    source, easiest = _source(number % SOURCES)
    left, top = chance.randint(0, _WIDE - WIDE), chance.randint(0, _HIGH - HIGH)
    window = source if whole else source.crop((left, top, left + WIDE, top + HIGH))
    window = ImageOps.mirror(window) if chance.random() < 0.5 else window
    light, contrast = chance.uniform(-25, 25), chance.uniform(0.85, 1.15)
    table = [min(255, max(0, round((value - 128) * contrast + 128 + light))) for value in range(256)]
    window = window.point(table * 3)
    for quality in _QUALITIES[easiest:]:
        jpeg = _encoded(window, quality)
        if len(jpeg) >= LEAST_BYTES:
            return jpeg
    raise ValueError(f"picture {number} stays too small")


def _encoded(window: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    window.save(out, "JPEG", quality=quality, subsampling="4:4:4")
    return out.getvalue()


@cache
def _photograph(name: str) -> Image.Image:
    return Image.open(Path(skimage.__file__).parent / "data" / name).convert("RGB")


@lru_cache(maxsize=1)
def _source(number: int) -> tuple[Image.Image, int]:
    """A source, and which of the qualities is tried first for its pictures: one that is enough for a part."""
    source = laid_out(number, _WIDE, _HIGH)
    part = source.crop((0, 0, WIDE // 2, HIGH // 2))
    enough = (place for place, quality in enumerate(_QUALITIES) if 4 * len(_encoded(part, quality)) >= LEAST_BYTES)
    return source, next(enough, len(_QUALITIES) - 1)


def laid_out(number: int, width: int, height: int) -> Image.Image:
    """A part of a photograph, scaled, and laid beside its mirror image until it is so large; each number another."""
    chance = Random(-1 - number)  # noqa: S311
    photograph = _photograph(_NAMES[number % len(_NAMES)])
    share, scale = chance.uniform(0.6, 1), chance.uniform(0.9, 1.5)
    wide, high = round(photograph.width * share), round(photograph.height * share)
    left, top = chance.randint(0, photograph.width - wide), chance.randint(0, photograph.height - high)
    size = (round(wide * scale), round(high * scale))
    part = photograph.crop((left, top, left + wide, top + high)).resize(size, Image.Resampling.BICUBIC)
    both = (part, ImageOps.mirror(part))
    source = Image.new("RGB", (width, height))
    for column, x in enumerate(range(0, width, part.width)):
        for row, y in enumerate(range(0, height, part.height)):
            source.paste(both[(column + row) % 2], (x, y))
    return source
