"""Any number of 12-megapixel files as phones make them, each another picture, out of the photographs of a package."""

from functools import lru_cache
from random import Random

from PIL import Image

from bench.releases.pictures import laid_out
from tests.pictures import encoded

WIDE, HIGH = 4032, 3024


@lru_cache(maxsize=2)
def phone_photo(number: int) -> bytes:
    """The JPEG with this number: WIDE x HIGH, with tones of its own, of a few megabytes."""
    chance = Random(number)  # noqa: S311
    picture = laid_out(number, WIDE, HIGH)
    light, contrast = chance.uniform(-25, 25), chance.uniform(0.85, 1.15)
    table = [min(255, max(0, round((value - 128) * contrast + 128 + light))) for value in range(256)]
    turned = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if chance.random() < 0.5 else picture
    return encoded(turned.point(table * 3), "JPEG", quality=88)
