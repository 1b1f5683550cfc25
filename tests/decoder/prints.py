"""Photos of prints made from ordinary photographs: nine kinds of borders, each with the true corners of its picture."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from contributions.decoder import quads
from contributions.frames import Point, points
from tests.decoder.pictures import photograph

NAMES = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "camera.png",
    "motorcycle_left.png",
    "motorcycle_right.png",
    "coins.png",
    "brick.png",
    "hubble_deep_field.jpg",
)
WHITE, BLACK, CREAM = (247, 246, 243), (9, 9, 10), (238, 228, 204)
Made = tuple[Image.Image, list[float]]


@cache
def source(name: str) -> Image.Image:
    """The photograph, its longer side 900 pixels."""
    picture = photograph(name).convert("RGB")
    scale = 900 / max(picture.size)
    return picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)


def aged(picture: Image.Image, seed: int, *, grain: float = 2.0, quality: int = 85) -> Image.Image:
    """The picture with a scanner's grain and a JPEG's blocks."""
    noise = np.random.default_rng(seed).normal(0, grain, (*picture.size[::-1], 3))
    levels = np.clip(np.asarray(picture, dtype=float) + noise, 0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def bordered(picture: Image.Image, sides: Sequence[float], colour: tuple[int, int, int]) -> Made:
    """A border of these shares (left, top, right, bottom) of the picture's shorter side."""
    short = min(picture.size)
    left, top, right, bottom = (round(share * short) for share in sides)
    width, height = picture.width + left + right, picture.height + top + bottom
    whole = Image.new("RGB", (width, height), colour)
    whole.paste(picture, (left, top))
    corners = [(left, top), (left + picture.width, top), (left + picture.width, top + picture.height)]
    corners.append((left, top + picture.height))
    return whole, [value for x, y in corners for value in (x / width, y / height)]


def laid(print_: Image.Image, inner: list[float], corners: Sequence[Point], ground: Image.Image) -> Made:
    """The print laid into these corners (pixels) of a ground; `inner` is its picture's frame within the print."""
    width, height = print_.size
    into = quads.onto((width, height), corners)
    rows = quads.onto((1.0, 1.0), corners)
    assert into is not None
    assert rows is not None
    back = np.linalg.inv(np.array([*into, 1.0]).reshape(3, 3))
    back /= back[2, 2]
    factors = back.flatten()[:8].tolist()
    moved = print_.transform(ground.size, Image.Transform.PERSPECTIVE, factors, Image.Resampling.BICUBIC)
    mask = Image.new("L", ground.size)
    ImageDraw.Draw(mask).polygon([(round(x), round(y)) for x, y in corners], fill=255)
    whole = ground.copy()
    whole.paste(moved, mask=mask.filter(ImageFilter.GaussianBlur(0.7)))
    truth = [quads.led(rows, point) for point in zip(inner[::2], inner[1::2], strict=True)]
    return whole, [value for x, y in truth for value in (x / ground.width, y / ground.height)]


def turned(size: tuple[int, int], on: tuple[int, int], degrees: float) -> list[Point]:
    """The corners of a print of this size in the middle of a ground, turned."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    half = [(-size[0] / 2, -size[1] / 2), (size[0] / 2, -size[1] / 2), (size[0] / 2, size[1] / 2)]
    half.append((-size[0] / 2, size[1] / 2))
    return [(on[0] / 2 + x * cos - y * sin, on[1] / 2 + x * sin + y * cos) for x, y in half]


def sheet(size: tuple[int, int], colour: tuple[int, int, int], seed: int, grain: float) -> Image.Image:
    """Paper or card of one colour with a coarse grain."""
    rough = np.random.default_rng(seed).normal(0, grain, (size[1] // 3 + 1, size[0] // 3 + 1, 1))
    levels = np.clip(np.array(colour, dtype=float) + rough, 0, 255).astype(np.uint8)
    return Image.fromarray(levels).resize(size, Image.Resampling.BILINEAR)


def lit(picture: Image.Image, dark: float) -> Image.Image:
    """Light that falls from the top left: the other corner has `dark` of it."""
    across = np.linspace(0, 1, picture.width)[None, :, None]
    down = np.linspace(0, 1, picture.height)[:, None, None]
    light = 1 - (1 - dark) * (across + down) / 2
    return Image.fromarray(np.clip(np.asarray(picture, dtype=float) * light, 0, 255).astype(np.uint8))


def bare(picture: Image.Image, seed: int) -> Made:
    """No border."""
    return aged(picture, seed), [0, 0, 1, 0, 1, 1, 0, 1]


def _framed(sides: Sequence[float], colour: tuple[int, int, int]) -> Callable[[Image.Image, int], Made]:
    def made(picture: Image.Image, seed: int) -> Made:
        whole, frame = bordered(picture, sides, colour)
        return aged(whole, seed), frame

    return made


def scanned(picture: Image.Image, seed: int) -> Made:
    """A print askew on a scanner's white lid."""
    size = (round(picture.width * 1.24), round(picture.height * 1.24))
    degrees = 3 + seed % 4 if seed % 2 else -3 - seed % 4
    corners = turned(picture.size, size, degrees)
    whole, frame = laid(picture, [0, 0, 1, 0, 1, 1, 0, 1], corners, sheet(size, (226, 227, 226), seed, 1.0))
    return aged(whole, seed), frame


def album(picture: Image.Image, seed: int) -> Made:
    """A print with a white rim, askew on a page of a brown album."""
    print_, inner = bordered(picture, [0.04] * 4, WHITE)
    size = (round(print_.width * 1.22), round(print_.height * 1.22))
    corners = turned(print_.size, size, 2 + seed % 4 if seed % 2 else -2 - seed % 4)
    whole, frame = laid(print_, inner, corners, sheet(size, (112, 92, 74), seed, 3.0))
    return aged(whole, seed), frame


def by_phone(picture: Image.Image, seed: int) -> Made:
    """A print with a white rim on a table, seen from aside in uneven light."""
    print_, inner = bordered(picture, [0.03] * 4, WHITE)
    size = (round(print_.width * 1.36), round(print_.height * 1.36))
    random = np.random.default_rng(seed)
    corners = [
        (x + random.uniform(-0.035, 0.035) * size[0], y + random.uniform(-0.035, 0.035) * size[1])
        for x, y in turned(print_.size, size, random.uniform(-4, 4))
    ]
    whole, frame = laid(print_, inner, corners, sheet(size, (150, 116, 84), seed, 4.0))
    return aged(lit(whole, 0.55), seed, grain=3.0, quality=75), frame


CASES: dict[str, Callable[[Image.Image, int], Made]] = {
    "no border": bare,
    "white": _framed([0.06] * 4, WHITE),
    "black": _framed([0.06] * 4, BLACK),
    "cream": _framed([0.06] * 4, CREAM),
    "polaroid": _framed([0.06, 0.06, 0.06, 0.24], WHITE),
    "uneven white": _framed([0.1, 0.05, 0.06, 0.12], WHITE),
    "tilted on scanner": scanned,
    "album page": album,
    "by phone": by_phone,
}
STRAIGHT = ("white", "black", "cream", "polaroid", "uneven white")


def overlap(frame: Sequence[float] | None, truth: Sequence[float]) -> float:
    """The area that both have over the area that either has; no frame is the whole photo."""
    masks = []
    for corners in (frame or [0, 0, 1, 0, 1, 1, 0, 1], truth):
        mask = Image.new("1", (1000, 1000))
        ImageDraw.Draw(mask).polygon([(1000 * x, 1000 * y) for x, y in points(corners)], 1)
        masks.append(np.asarray(mask))
    return float((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())
