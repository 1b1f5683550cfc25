"""Four straight sides around a shape, and the way between a quadrilateral and a rectangle. Plain arithmetic."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from contributions.frames import Point, area, turn

Line = tuple[float, float, float]  # a x + b y = c, with (a, b) of length 1


def hull(points: Sequence[Point]) -> list[Point]:
    """The convex hull, clockwise on a screen."""
    ordered = sorted(set(points))
    return _half(ordered)[:-1] + _half(ordered[::-1])[:-1]


def _half(ordered: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in ordered:
        while len(chain) > 1 and turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def four_sides(corners: Sequence[Point]) -> list[Point] | None:
    """The quadrilateral around a convex polygon, by giving up the side that costs least area until four are left."""
    shape = list(corners)
    while len(shape) > 4:
        found = min(
            (extended for at in range(len(shape)) if (extended := _without(shape, at)) is not None), default=None
        )
        if found is None:
            return None
        _cost, at, corner = found
        after = (at + 1) % len(shape)
        shape[at] = corner
        del shape[after]
    return shape if len(shape) == 4 else None


def _without(shape: Sequence[Point], at: int) -> tuple[float, int, Point] | None:
    """What giving up the side from corner `at` costs, and the corner where its neighbours then meet."""
    count = len(shape)
    before, start, end, after = (shape[(at + step) % count] for step in (-1, 0, 1, 2))
    corner = crossing(line(before, start), line(after, end))
    if corner is None or turn(before, start, corner) < -1e-9 or turn(start, corner, end) <= 0:
        return None
    return abs(area([start, corner, end])), at, corner


def line(start: Point, end: Point) -> Line:
    """The line through two points."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    a, b = (end[1] - start[1]) / length, (start[0] - end[0]) / length
    return a, b, a * start[0] + b * start[1]


def crossing(one: Line, other: Line) -> Point | None:
    """Where two lines meet; None where they are all but parallel."""
    turned = one[0] * other[1] - other[0] * one[1]
    if abs(turned) < 0.05:
        return None
    return (one[2] * other[1] - other[2] * one[1]) / turned, (one[0] * other[2] - other[0] * one[2]) / turned


def fitted(quad: Sequence[Point], outline: Sequence[Point], reach: float) -> list[Point]:
    """The quadrilateral with each side drawn through the outline's points within `reach` of it; as it was if none."""
    sides = [_through(start, end, outline, reach) for start, end in pairwise([*quad, quad[0]])]
    corners = [crossing(sides[at - 1], sides[at]) for at in range(4)]
    return [corner or old for corner, old in zip(corners, quad, strict=True)]


def _through(start: Point, end: Point, outline: Sequence[Point], reach: float) -> Line:
    first = line(start, end)
    along = (-first[1], first[0])
    length = hypot(end[0] - start[0], end[1] - start[1])
    near = []
    for point in outline:
        x, y = point[0] - start[0], point[1] - start[1]
        away, on = x * first[0] + y * first[1], x * along[0] + y * along[1]
        # Corners are rounded, so the ends of a side say little about it.
        if abs(away) <= reach and 0.06 * length < on < 0.94 * length:
            near.append((on, away))
    if len(near) < 8 or max(near)[0] - min(near)[0] < length / 2:
        return first
    for _ in range(3):
        slope, level = _straight(near)
        off = sorted(abs(away - slope * on - level) for on, away in near)
        most = max(0.75, 2.5 * off[len(off) // 2])
        near = [(on, away) for on, away in near if abs(away - slope * on - level) <= most]
    slope, level = _straight(near)

    def at(on: float) -> Point:
        away = slope * on + level
        return start[0] + on * along[0] + away * first[0], start[1] + on * along[1] + away * first[1]

    return line(at(0), at(length))


def _straight(near: Sequence[Point]) -> tuple[float, float]:
    """Slope and level of the least-squares line through points."""
    count = len(near)
    middle_x, middle_y = sum(x for x, _y in near) / count, sum(y for _x, y in near) / count
    spread = sum((x - middle_x) ** 2 for x, _y in near)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in near) / spread if spread else 0.0
    return slope, middle_y - slope * middle_x


def from_top_left(quad: Sequence[Point]) -> list[Point]:
    """The same corners, clockwise, beginning with the one nearest to the top left."""
    first = min(range(4), key=lambda at: quad[at][0] + quad[at][1])
    return [quad[(first + step) % 4] for step in range(4)]


def solved(rows: Sequence[Sequence[float]]) -> list[float] | None:
    """The solution of linear equations, each row its factors and then its value; None where there is not one."""
    matrix = [list(row) for row in rows]
    size = len(matrix)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(matrix[row][at]))
        if abs(matrix[pivot][at]) < 1e-12:
            return None
        matrix[at], matrix[pivot] = matrix[pivot], matrix[at]
        for row in range(size):
            if row != at:
                factor = matrix[row][at] / matrix[at][at]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[at], strict=True)]
    return [matrix[at][size] / matrix[at][at] for at in range(size)]


def onto(rectangle: tuple[float, float], quad: Sequence[Point]) -> list[float] | None:
    """The eight factors of the perspective that leads from a rectangle (width, height) into a quadrilateral."""
    width, height = rectangle
    return between([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], quad)


def between(one: Sequence[Point], other: Sequence[Point]) -> list[float] | None:
    """The eight factors of the perspective that leads from one quadrilateral into another; None where there is none."""
    rows = []
    for (x, y), (u, v) in zip(one, other, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -x * u, -y * u, u])
        rows.append([0, 0, 0, x, y, 1, -x * v, -y * v, v])
    return solved(rows)


def shared(shape: Sequence[Point], frame: Sequence[Point]) -> list[Point]:
    """What of a convex shape lies within a convex frame, both clockwise on a screen; empty where nothing does."""
    left = list(shape)
    for start, end in pairwise([*frame, frame[0]]):
        edge, whole, left = line(start, end), left, []
        for one, other in pairwise([*whole, *whole[:1]]):
            # How far outside of this side of the frame each lies.
            here, there = (edge[0] * x + edge[1] * y - edge[2] for x, y in (one, other))
            if here <= 0:
                left.append(one)
            if (here < 0 < there) or (there < 0 < here):
                share = here / (here - there)
                left.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
    return left


def led(factors: Sequence[float], point: Point) -> Point:
    """Where a perspective leads a point."""
    a, b, c, d, e, f, g, h = factors
    x, y = point
    # What lies on the horizon is led as far away as can be.
    depth = (g * x + h * y + 1) or 1e-12
    return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth
