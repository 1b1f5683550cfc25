"""Ordinary photographs and drawn shapes, in every format and with everything that a file carries beside its pixels."""

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

KINDS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF")
_DATA = Path(skimage.__file__).parent / "data"
# Columns: red, green, blue in XYZ under D50 (ICC profile connection space).
_SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
_WIDE = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
_WIDE_GAMMA = 2.2


def photograph(name: str = "astronaut.png") -> Image.Image:
    """One of the photographs in scikit-image's wheel."""
    with Image.open(_DATA / name) as picture:
        # Some carry a profile of their own, which would be written along.
        return Image.fromarray(np.asarray(picture.convert("RGB")))


def opened(data: bytes) -> Image.Image:
    """A decoded file."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def corners(picture: Image.Image) -> list[str]:
    """The nearest pure colour at each corner: top left, top right, bottom left, bottom right."""
    right, bottom = picture.width - 8, picture.height - 8
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white", (0, 0, 0): "black"}
    found = []
    for place in ((8, 8), (right, 8), (8, bottom), (right, bottom)):
        pixel = picture.convert("RGB").getpixel(place)
        assert isinstance(pixel, tuple)
        red, green, blue = (int(value > 127) for value in pixel)
        found.append(names.get((red, green, blue), "mixed"))
    return found


def four_corners() -> Image.Image:
    """A drawing whose way up can be told: red, green, blue and white corners on black, wider than high."""
    picture = Image.new("RGB", (96, 64))
    for colour, place in (("red", (0, 0)), ("green", (64, 0)), ("blue", (0, 32)), ("white", (64, 32))):
        picture.paste({"green": (0, 255, 0)}.get(colour, colour), (*place, place[0] + 32, place[1] + 32))
    return picture


def patches() -> np.ndarray:
    """24 flat colours inside sRGB, as a 4 x 6 grid of values 0-1."""
    return np.random.default_rng(7).uniform(0.05, 0.95, (4, 6, 3))


def drawn(grid: np.ndarray, side: int = 32) -> Image.Image:
    """Each colour of the grid as a square."""
    large = np.kron(grid, np.ones((side, side, 1)))
    return Image.fromarray(np.rint(large * 255).astype(np.uint8), "RGB")


def in_wide_gamut(grid: np.ndarray) -> np.ndarray:
    """The same colours as numbers of the wide-gamut profile below."""
    linear = np.where(grid <= 0.04045, grid / 12.92, ((grid + 0.055) / 1.055) ** 2.4)
    wide = linear @ _SRGB.T @ np.linalg.inv(_WIDE).T
    encoded_wide: np.ndarray = np.clip(wide, 0, 1) ** (1 / _WIDE_GAMMA)
    return encoded_wide


def wide_profile(description: str = "wide") -> bytes:
    """A small ICC v2 profile (ICC.1:2001-04): primaries of a phone's wide-gamut screen, one gamma."""
    text = description.encode() + b"\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0" + b"free\0",
        b"wtpt": _xyz([0.9642, 1.0, 0.8249]),
        **{name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _WIDE.T, strict=True)},
        **{
            name: b"curv\0\0\0\0" + struct.pack(">IH", 1, int(_WIDE_GAMMA * 256))
            for name in (b"rTRC", b"gTRC", b"bTRC")
        },
    }
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def _xyz(values: "np.ndarray | list[float]") -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(float(value) * 65536) for value in values))
