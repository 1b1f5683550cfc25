"""One photo as a release has it: painted over where staff covered it, then cut by their corners and laid straight."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from annotation.models import Reading
from contributions.models import Photo
from contributions.queries import Straight
from releases import covering
from vault import actions as vault

JPEG_QUALITY: Final = 92


class NotToBeCut(ValueError):
    """The corners of this reading cannot be laid straight."""


@dataclass(frozen=True, slots=True, repr=False)
class Cut:
    """A released picture: its JPEG, its width and height, and what was painted over, as COCO has boxes.

    `of` is the width and height of the photo that it was cut from; `covered` is x, y, width and height in the picture's
    pixels.
    """

    jpeg: bytes
    of: tuple[int, int]
    size: tuple[int, int]
    covered: Sequence[list[int]]


def cut(photo: Photo, reading: Reading) -> Cut:
    """The photo covered and cut as this reading says. The same photo and reading give the same bytes.

    Raises LookupError for a photo without pixels, vault's Tampered for one that is not as it was sealed, and
    NotToBeCut.
    """
    if photo.full is None:
        raise LookupError(f"photo {photo.id} has no pixels")
    with Image.open(io.BytesIO(vault.read(photo.full)), formats=["JPEG"]) as whole:
        try:
            straight = Straight(reading.corners, whole.size)
        except (ArithmeticError, ValueError) as error:
            raise NotToBeCut(str(reading.pk)) from error
        profile = whole.info.get("icc_profile")
        painted = covering.paint(whole, reading.covers.order_by("pk"))
        picture = laid(whole, straight)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, icc_profile=profile)
    return Cut(out.getvalue(), whole.size, picture.size, list(covering.told(painted, straight)))


def laid(whole: Image.Image, straight: Straight) -> Image.Image:
    """What the frame cuts out of a picture: pixel for pixel where it is upright, else by its perspective."""
    if straight.upright is not None:
        return whole.crop(straight.upright)
    return whole.transform(straight.size, Image.Transform.PERSPECTIVE, straight.factors, Image.Resampling.BICUBIC)
