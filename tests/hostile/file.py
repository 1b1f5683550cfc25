"""One hostile file, and the small photograph that most of them are made of."""

from dataclasses import dataclass
from functools import cache
from random import Random

from PIL import Image

from tests.pictures import encoded, picture

KINDS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF")
TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "TIFF": "image/tiff",
}
# Stands in whatever is not pixels, and may be found in nothing that is kept.
CANARY = b"CANARY-hostile-5c1e"


@dataclass(frozen=True, slots=True, repr=False)
class Hostile:
    """Bytes as a sender could send them, and what must become of them: "picture", "refused", or "either"."""

    name: str
    data: bytes
    fate: str = "either"
    file_name: str = "photo.jpg"
    content_type: str = "image/jpeg"


@cache
def photo(kind: str, width: int = 180, height: int = 120) -> bytes:
    """A small ordinary photograph as a file of this kind."""
    return encoded(base(width, height), kind, **({"quality": 80} if kind != "PNG" else {}))


def base(width: int = 180, height: int = 120) -> Image.Image:
    """The photograph itself."""
    return picture("coffee", 600, 400).resize((width, height))


def chance(seed: int) -> Random:
    """The same numbers every time."""
    return Random(seed)  # noqa: S311
