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
    return shared / (area_of(one) + area_of(other) - shared)


def uncovered(box: Box, covers: Sequence[Box]) -> float:
    """The share of a box that none of the covers hides: 0 to 1."""
    edges_x = _edges(box.left, box.right, [edge for cover in covers for edge in (cover.left, cover.right)])
    edges_y = _edges(box.top, box.bottom, [edge for cover in covers for edge in (cover.top, cover.bottom)])
    cells = (Box(left, top, right, bottom) for left, right in pairwise(edges_x) for top, bottom in pairwise(edges_y))
    return sum(area_of(cell) for cell in cells if not any(_shared(cell, cover) for cover in covers)) / area_of(box)


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


def _edges(low: float, high: float, between: list[float]) -> list[float]:
    return sorted({low, high, *(edge for edge in between if low < edge < high)})


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
