"""Ordinary photographs for tests: from the scikit-image package, scaled and tiled, in the formats that phones send."""

import io
from functools import cache, lru_cache

import numpy as np
import piexif
import pillow_heif
from PIL import Image, ImageOps
from skimage import data

pillow_heif.register_heif_opener()
# What must never be found again in anything that is stored, served, logged, mailed or released.
CANARY = "CANARY-7f3a-do-not-keep"
# How many files are kept: most tests give one of the same few.
FILES = 96


@cache
def picture(name: str, width: int, height: int) -> Image.Image:
    """The photograph `name` (astronaut, cat, coffee, rocket), made smaller, or tiled to this size and cut to it.

    However small, it has enough in it to be told from others, as screening asks of a photo.
    """
    tile = getattr(data, name)()
    if width <= tile.shape[1] and height <= tile.shape[0]:
        return ImageOps.fit(Image.fromarray(tile), (width, height))
    across, down = -(-width // tile.shape[1]), -(-height // tile.shape[0])
    return Image.fromarray(np.tile(tile, (down, across, 1))[:height, :width])


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file of this kind (JPEG, PNG, WEBP, TIFF, HEIF)."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@lru_cache(FILES)
def phone_jpeg(width: int = 4032, height: int = 3024, *, name: str = "astronaut") -> bytes:
    """A 12-megapixel JPEG as a phone makes it, with camera, time, owner and place in its EXIF."""
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: CANARY, piexif.ImageIFD.Artist: CANARY, piexif.ImageIFD.Orientation: 1},
            "Exif": {
                piexif.ExifIFD.DateTimeOriginal: "1994:08:14 10:00:00",
                piexif.ExifIFD.UserComment: CANARY.encode(),
            },
            "GPS": {
                piexif.GPSIFD.GPSLatitudeRef: "N",
                piexif.GPSIFD.GPSLatitude: ((52, 1), (4, 1), (0, 1)),
                piexif.GPSIFD.GPSLongitudeRef: "E",
                piexif.GPSIFD.GPSLongitude: ((4, 1), (18, 1), (0, 1)),
            },
        }
    )
    return encoded(picture(name, width, height), "JPEG", quality=88, exif=exif)


@lru_cache(FILES)
def png(width: int = 900, height: int = 600, *, name: str = "coffee") -> bytes:
    """A PNG with a text chunk."""
    return encoded(picture(name, width, height), "PNG")


@lru_cache(FILES)
def heic(width: int = 900, height: int = 600, *, name: str = "cat") -> bytes:
    """A HEIC as newer phones make it."""
    return encoded(picture(name, width, height), "HEIF", quality=80)
