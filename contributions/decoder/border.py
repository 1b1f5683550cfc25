"""Where the picture of a photographed or scanned print lies. Only a sure find is told; a photo may well have no border.

A straight border is peeled off line by line. Where ground is left in the corners then, or nothing could be peeled, the
print lies askew: what differs from the ground gets four sides, is laid straight, and its own rim is peeled.
"""

from collections.abc import Sequence
from io import BytesIO
from math import hypot

from PIL import Image, ImageFilter

from contributions.decoder import quads
from contributions.decoder.ground import evenly_lit, outline, shape_on_ground
from contributions.decoder.peel import RIM, STRAIGHT, Peeled, differs, median, peel
from contributions.frames import Point, area, is_frame

SIDE = 640
_MOST_PIXELS = 2048 * 2048  # of a rendition
_LEAST_CUT = 0.006  # of the longer side: less is an edge, not a border
_LEFT_OVER = 0.2  # share of the peeled picture's own edge that still has the border's colour: the print lies askew
_SAME_COLOUR = 40


def warm() -> None:
    """Load everything that a search will need, before it may open no file any more."""
    file = BytesIO()
    Image.new("RGB", (96, 64), (9, 99, 200)).save(file, "JPEG")
    find(file.getvalue())


def find(data: bytes) -> list[float] | None:
    """The frame in a JPEG of ours: eight fractions as contributions.frames has them, or None without a sure find."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with Image.open(BytesIO(data), formats=("JPEG",)) as opened:
        opened.draft("RGB", (SIDE, SIDE))
        return found_in(opened.convert("RGB"))


def found_in(picture: Image.Image) -> list[float] | None:
    """The frame in an RGB picture, as `find` tells it."""
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    small = small.filter(ImageFilter.MedianFilter(3))
    if min(small.size) < 64:
        return None
    corners = _corners(small)
    if corners is None:
        return None
    width, height = small.size
    frame = [value for x, y in corners for value in (_fraction(x, width), _fraction(y, height))]
    return frame if is_frame(frame) else None


def _fraction(value: float, length: int) -> float:
    return round(min(1.0, max(0.0, value / length)), 5)


def _corners(small: Image.Image) -> Sequence[Point] | None:
    straight = peel(small, STRAIGHT)
    cut = _sides_cut(straight, small.size)
    if len(cut) >= 2 and _one_colour(straight, cut):
        upright = _upright(straight.box)
        share = area(upright) / (small.width * small.height)
        if len(cut) >= 3 and _is_askew(small, straight):
            return _askew(small) or upright
        return upright if len(cut) >= 3 or share < 0.97 else None
    return None if cut else _askew(small)


def _sides_cut(peeled: Peeled, size: tuple[int, int]) -> list[int]:
    """The sides (0 left, 1 top, 2 right, 3 bottom) that lost enough to be a border."""
    left, top, right, bottom = peeled.box
    least = max(3.0, _LEAST_CUT * max(size))
    return [at for at, lost in enumerate((left, top, size[0] - right, size[1] - bottom)) if lost >= least]


def _one_colour(peeled: Peeled, sides: Sequence[int]) -> bool:
    """Whether these sides have about the same colour: a sky above and a floor below are no border."""
    colours = [peeled.colours[side] for side in sides]
    return all(max(channel) - min(channel) <= _SAME_COLOUR for channel in zip(*colours, strict=True))


def _upright(box: tuple[int, int, int, int]) -> list[Point]:
    left, top, right, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _is_askew(small: Image.Image, peeled: Peeled) -> bool:
    """Whether much of what the peeled picture has at its edges is still the border's colour."""
    left, top, right, bottom = peeled.box
    deep = 3
    edges = [
        (left, top, right, top + deep),
        (left, bottom - deep, right, bottom),
        (left, top, left + deep, bottom),
        (right - deep, top, right, bottom),
    ]
    colour = median(small.crop((0, 0, small.width, deep)))
    same = total = 0
    for edge in edges:
        piece = small.crop(edge)
        same += sum(differs(piece, colour).histogram()[:20])
        total += piece.width * piece.height
    return same >= _LEFT_OVER * total


def _askew(small: Image.Image) -> list[Point] | None:
    """The four corners of a print that lies on a ground, without its own rim."""
    found = shape_on_ground(small)
    if found is None:
        return None
    mask, light = found
    points = outline(mask)
    quad = quads.four_sides(quads.hull(points))
    if quad is None:
        return None
    quad = quads.from_top_left(quads.fitted(quad, points, 0.012 * max(small.size)))
    if not _is_print(quad, mask):
        return None
    return _without_rim(evenly_lit(small, light), quad)


def _is_print(quad: Sequence[Point], mask: Image.Image) -> bool:
    """Whether a shape fills its four sides, is neither small nor nearly everything, and lies free of every edge."""
    width, height = mask.size
    inside, whole = area(quad), width * height
    filled = mask.histogram()[255]
    xs, ys = [x for x, _y in quad], [y for _x, y in quad]
    free = min(*xs, *ys, width - max(xs), height - max(ys))
    return 0.2 * whole < inside < 0.95 * whole and filled >= 0.88 * inside and free > 0.004 * max(mask.size)


def _without_rim(small: Image.Image, quad: list[Point]) -> list[Point]:
    """The quadrilateral laid straight, its rim peeled if it has one on all sides, and led back."""
    width, height = _length(quad[0], quad[1]), _length(quad[0], quad[3])
    if min(width, height) < 48:
        return quad
    factors = quads.onto((width, height), quad)
    if factors is None:
        return quad
    flat = small.transform((width, height), Image.Transform.PERSPECTIVE, factors, Image.Resampling.BILINEAR)
    skip = 3  # the very edge is mixed with the ground
    peeled = peel(flat.crop((skip, skip, width - skip, height - skip)), RIM)
    inner = (width - 2 * skip, height - 2 * skip)
    if len(_sides_cut(peeled, inner)) < 4 or not _one_colour(peeled, range(4)):
        return quad
    left, top, right, bottom = (value + skip for value in peeled.box)
    return [quads.led(factors, corner) for corner in _upright((left, top, right, bottom))]


def _length(start: Point, end: Point) -> int:
    return round(hypot(end[0] - start[0], end[1] - start[1]))
