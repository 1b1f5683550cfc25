"""How what lies within a frame becomes an upright rectangle: one way for all who cut a print's border off.

Plain arithmetic without Pillow, so that those may ask who load no pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, hypot, sqrt

from contributions.decoder import quads
from contributions.frames import WHOLE, Point, points

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Straight:
    """The rectangle that a frame (contributions.frames) cuts out of a picture of `of` (width, height) pixels.

    `upright` is the box (left, top, right, bottom) in whole pixels of a frame that needs no turning: its pixels are
    taken as they are. For any other, `factors` lead from the rectangle back into the picture, as Pillow's perspective
    wants them. `size` is the rectangle's width and height: the longer ones of the frame's sides, made smaller by one
    factor where that were more pixels than the picture has. Raises ValueError for four corners that are no
    quadrilateral.
    """

    frame: Sequence[float]
    of: tuple[int, int]
    upright: Box | None = field(init=False)
    size: tuple[int, int] = field(init=False)
    factors: Sequence[float] = field(init=False)
    _from: Point = field(init=False)
    _back: Sequence[float] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the rectangle and the ways there and back."""
        corners = [(x * self.of[0], y * self.of[1]) for x, y in points(self.frame)]
        upright = _upright(corners)
        if upright is not None:
            left, top, right, bottom = upright
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        size = _no_more(_size(corners), self.of[0] * self.of[1])
        factors, back = _shifted(corners[0]) if upright is not None else _turned(corners, size)
        if factors is None or back is None:
            raise ValueError(self.frame)
        found = {"upright": upright, "size": size, "factors": factors, "_from": corners[0], "_back": back}
        for name, value in found.items():
            object.__setattr__(self, name, value)

    def place(self, x: float, y: float) -> Point:
        """Where a place, as fractions of the picture, lies in the rectangle's pixels: outside of it, perhaps."""
        if self.upright is not None:
            return x * self.of[0] - self.upright[0], y * self.of[1] - self.upright[1]
        return quads.led(self._back, (x * self.of[0] - self._from[0], y * self.of[1] - self._from[1]))

    def around(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float] | None:
        """The upright box around where a box of the picture lies in the rectangle, cut to it; None if it lies outside.

        Given in fractions of the picture, answered in pixels of the rectangle; left, top, right, bottom both times.
        """
        # Cut first: beyond a frame's horizon, places lead anywhere. Most frames are the whole picture, though.
        inside = [(left, top), (right, top), (right, bottom), (left, bottom)]
        if tuple(self.frame) != WHOLE or not (0 <= left <= right <= 1 and 0 <= top <= bottom <= 1):
            inside = quads.shared(inside, points(self.frame))
        if not inside:
            return None
        xs, ys = zip(*(self.place(x, y) for x, y in inside), strict=True)
        width, height = self.size
        found = (max(0.0, min(xs)), max(0.0, min(ys)), min(float(width), max(xs)), min(float(height), max(ys)))
        return found if found[0] < found[2] and found[1] < found[3] else None


def can_be_laid(frame: Sequence[float], of: tuple[int, int]) -> bool:
    """Whether a frame can be laid straight in a picture of `of` (width, height) pixels."""
    try:
        Straight(frame, of)
    except (ArithmeticError, ValueError):
        return False
    return True


def _shifted(start: Point) -> tuple[Sequence[float], Sequence[float]]:
    """The ways into the picture and back of a box that needs no turning: nothing has to be solved for them."""
    return (1.0, 0.0, start[0], 0.0, 1.0, start[1], 0.0, 0.0), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def _turned(corners: Sequence[Point], size: tuple[int, int]) -> tuple[Sequence[float] | None, Sequence[float] | None]:
    """The ways into the picture and back of four corners; None where there is none."""
    rectangle = [(0.0, 0.0), (size[0], 0.0), (size[0], size[1]), (0.0, size[1])]
    # The way there begins at a corner: a picture's own corner can lie on the frame's horizon.
    start_x, start_y = corners[0]
    moved = [(x - start_x, y - start_y) for x, y in corners]
    return quads.onto(size, corners), quads.between(moved, rectangle)


def _upright(corners: Sequence[Point]) -> Box | None:
    """The box, in whole pixels, of corners that are the corners of an upright box."""
    (left, top), (right, top_too), (right_too, bottom), (left_too, bottom_too) = (
        (round(x), round(y)) for x, y in corners
    )
    if (left, top, right, bottom) != (left_too, top_too, right_too, bottom_too):
        return None
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _size(corners: Sequence[Point]) -> tuple[int, int]:
    top_left, top_right, bottom_right, bottom_left = corners
    width = _longer((top_left, top_right), (bottom_left, bottom_right))
    return width, _longer((top_left, bottom_left), (top_right, bottom_right))


def _no_more(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    """This width and height, smaller by one factor where they are more than so many pixels."""
    factor = sqrt(pixels / (size[0] * size[1]))
    return size if factor >= 1 else (max(1, floor(size[0] * factor)), max(1, floor(size[1] * factor)))


def _longer(one: tuple[Point, Point], other: tuple[Point, Point]) -> int:
    """The longer of two sides, in whole pixels."""
    lengths = (hypot(end[0] - start[0], end[1] - start[1]) for start, end in (one, other))
    return max(1, round(max(lengths)))
