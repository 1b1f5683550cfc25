"""A straight border, taken off line by line: a line belongs to it while nearly all of it has the border's colour."""

from dataclasses import dataclass

from PIL import Image, ImageChops

Colour = tuple[int, ...]
Box = tuple[int, int, int, int]
_REFERENCE = 3  # lines at the edge whose median is the border's colour


@dataclass(frozen=True, slots=True)
class Way:
    """How much a border's line may differ: `tolerance` in levels, `share` of pixels within it, `most` of a side."""

    tolerance: int
    share: float
    most: float


STRAIGHT = Way(tolerance=14, share=0.985, most=0.45)
RIM = Way(tolerance=24, share=0.93, most=0.2)


@dataclass(frozen=True, slots=True)
class Peeled:
    """What is left (left, top, right, bottom in pixels) and the colour of the border on each of those sides."""

    box: Box
    colours: tuple[Colour, Colour, Colour, Colour]


def peel(picture: Image.Image, way: Way) -> Peeled:
    """Take uniform lines off each side of an RGB picture, twice around: corners hide one another."""
    left, top, right, bottom = 0, 0, picture.width, picture.height
    colours: dict[str, Colour] = {}
    borders: dict[str, Colour] = {}
    for _ in range(2):
        for side in ("top", "bottom", "left", "right"):
            rest = picture.crop((left, top, right, bottom))
            # The second time around only more of the same border goes, not an even sky behind it.
            count, colours[side] = _uniform_lines(rest, side, way, borders.get(side))
            if count:
                borders[side] = colours[side]
            left += count if side == "left" else 0
            top += count if side == "top" else 0
            right -= count if side == "right" else 0
            bottom -= count if side == "bottom" else 0
    return Peeled((left, top, right, bottom), (colours["left"], colours["top"], colours["right"], colours["bottom"]))


def differs(picture: Image.Image, colour: Colour) -> Image.Image:
    """The greatest difference of any channel to one colour, as grey levels."""
    red, green, blue = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def median(picture: Image.Image) -> Colour:
    """The median of each channel."""
    half, counts = picture.width * picture.height / 2, picture.histogram()
    return tuple(_middle(counts[start : start + 256], half) for start in range(0, len(counts), 256))


def _middle(counts: list[int], half: float) -> int:
    passed = 0
    for level, count in enumerate(counts):
        passed += count
        if passed >= half:
            return level
    return 255


def _uniform_lines(picture: Image.Image, side: str, way: Way, known: Colour | None) -> tuple[int, Colour]:
    """How many lines of this side are the border's, and its colour, unless that is known."""
    width, height = picture.size
    edge = {
        "left": (0, 0, _REFERENCE, height),
        "right": (width - _REFERENCE, 0, width, height),
        "top": (0, 0, width, _REFERENCE),
        "bottom": (0, height - _REFERENCE, width, height),
    }[side]
    colour = known or median(picture.crop(edge))
    same = differs(picture, colour).point([255] * way.tolerance + [0] * (256 - way.tolerance))
    upright = side in {"left", "right"}
    lines = same.resize((width, 1) if upright else (1, height), Image.Resampling.BOX).tobytes()
    if side in {"right", "bottom"}:
        lines = lines[::-1]
    least, most = way.share * 255, int(len(lines) * way.most)
    return next((at for at, level in enumerate(lines[:most]) if level < least), most), colour
