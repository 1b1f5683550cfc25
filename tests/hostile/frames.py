"""Files with more than one picture: only the first is taken."""

from collections.abc import Iterator

from PIL import Image

from tests.hostile import pieces
from tests.hostile.file import CANARY, Hostile, base, photo
from tests.pictures import encoded

MANY = 300


def several() -> Iterator[Hostile]:
    """Animations, pages, and the second picture of a phone."""
    for name, kind, count in (
        ("animated PNG", "PNG", 5),
        ("animated WebP", "WEBP", 5),
        ("pages", "TIFF", 5),
        ("HEIC of several", "HEIF", 3),
        ("phone's second picture", "MPO", 1),
        (f"{MANY} pages", "TIFF", MANY),
    ):
        rest = [Image.new("RGB", (180, 120), (number % 256, 9, 9)) for number in range(count)]
        yield Hostile(name, encoded(base(), kind, save_all=True, append_images=rest), "picture")


def broken() -> Iterator[Hostile]:
    """Further pictures that are not there, or have another size."""
    control = b"acTL", (2**31 - 1).to_bytes(4) + bytes(4)
    yield Hostile("frames that never come", pieces.into_png(photo("PNG"), control))
    yield Hostile("two JPEGs", photo("JPEG") + photo("JPEG", 90, 60) + CANARY, "picture")
    sizes = [Image.new("RGB", (side, side)) for side in (900, 1, 700)]
    yield Hostile("pages of other sizes", encoded(base(), "TIFF", save_all=True, append_images=sizes), "picture")
    sizes = [Image.new("RGB", (side, side)) for side in (300, 200)]
    phone = bytearray(encoded(base(), "MPO", save_all=True, append_images=sizes))
    at = phone.index(b"MPF\0") + 20
    phone[at : at + 40] = b"\xff" * 40
    yield Hostile("a phone's index of nothing", bytes(phone))
