"""How far two shapes on one photo are the same. Pure geometry; shapes in fractions (0 to 1) of the photo."""

from collections.abc import Sequence
from itertools import pairwise

from annotation.boxes import Box

Point = tuple[float, float]


def area_of(box: Box) -> float:
    """The box's area, as a fraction of the photo's."""
    return (box.right - box.left) * (box.bottom - box.top)


def of_boxes(one: Box, other: Box) -> float:
    """What two boxes share, divided by what they cover together: 0 (apart) to 1 (the same)."""
    shared = _shared(one, other)
    together = area_of(one) + area_of(other) - shared
    return shared / together if together else 0.0


def uncovered(box: Box, covers: Sequence[Box]) -> float:
    """The share of a box that none of the covers hides: 0 to 1. Strip by strip between the covers' upright edges."""
    if not area_of(box):
        return 0.0
    over = sorted((cover for cover in covers if _shared(box, cover)), key=lambda cover: cover.top)
    edges = {box.left, box.right, *(edge for cover in over for edge in (cover.left, cover.right))}
    bare = 0.0
    for left, right in pairwise(sorted(edge for edge in edges if box.left <= edge <= box.right)):
        bare += (right - left) * _bare_height(box, [one for one in over if one.left <= left and right <= one.right])
    return bare / area_of(box)


def of_corners(one: Sequence[float], other: Sequence[float]) -> float:
    """What two four-cornered frames share, divided by what they cover together: 0 to 1.

    Eight fractions each, x before y, clockwise from the top left; convex, as every frame of a print is.
    """
    first, second = _points(one), _points(other)
    shared = _polygon_area(_clipped(first, second))
    together = _polygon_area(first) + _polygon_area(second) - shared
    return shared / together if together else 0.0


def area_of_corners(corners: Sequence[float]) -> float:
    """The share of the photo that a four-cornered frame holds: 0 to 1."""
    return _polygon_area(_points(corners))


def _shared(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height)


def _bare_height(box: Box, covers: Sequence[Box]) -> float:
    """How much of a box's height is bare in a strip that these covers, the topmost first, reach over."""
    bare, hidden_to = 0.0, box.top
    for cover in covers:
        bare += max(0.0, cover.top - hidden_to)
        hidden_to = max(hidden_to, cover.bottom)
    return bare + max(0.0, box.bottom - hidden_to)


def _points(corners: Sequence[float]) -> list[Point]:
    return list(zip(corners[::2], corners[1::2], strict=True))


def _polygon_area(points: list[Point]) -> float:
    turned = [*points[1:], *points[:1]]
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(points, turned, strict=True))) / 2


def _clipped(shape: list[Point], by: list[Point]) -> list[Point]:
    """The part of a polygon inside a convex one (Sutherland and Hodgman): cut along each of its edges in turn."""
    for start, end in zip(by, [*by[1:], by[0]], strict=True):
        shape = _cut(shape, start, end)
    return shape


def _cut(shape: list[Point], start: Point, end: Point) -> list[Point]:
    """What of a polygon lies on the right of the line from start to end: inside, as y points down."""
    kept: list[Point] = []
    for here, after in zip(shape, [*shape[1:], *shape[:1]], strict=True):
        side, next_side = _side(here, start, end), _side(after, start, end)
        if side >= 0:
            kept.append(here)
        if side * next_side < 0:
            share = side / (side - next_side)
            kept.append((here[0] + share * (after[0] - here[0]), here[1] + share * (after[1] - here[1])))
    return kept


def _side(point: Point, start: Point, end: Point) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
