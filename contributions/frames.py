"""Where a print's picture lies in its photo: four corners, clockwise from the top left, as fractions of the photo."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, isfinite

LEAST_AREA = 0.1
# Flatter corners and shorter sides are none: nobody can mean them, and they cannot be laid straight.
LEAST_SINE = 0.05
LEAST_SIDE = 0.02
# All of the photo: what somebody says who cuts nothing away.
WHOLE = (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0)

Point = tuple[float, float]


def points(corners: Sequence[float]) -> list[Point]:
    """The eight numbers x, y, x, y ... as points."""
    return list(zip(corners[::2], corners[1::2], strict=True))


def area(corners: Sequence[Point]) -> float:
    """The area inside a polygon, positive where the corners run clockwise on a screen; in squares of their unit."""
    around = [*corners, corners[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(around)) / 2


def turn(a: Point, b: Point, c: Point) -> float:
    """Above zero where the way from `a` over `b` to `c` turns clockwise on a screen."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def is_frame(corners: Sequence[float]) -> bool:
    """Whether these eight numbers are a frame: inside the photo, convex, clockwise, and no less than a tenth of it.

    Its corners are no flatter than LEAST_SINE (the sine of the turn there), its sides no shorter than LEAST_SIDE.
    """
    if len(corners) != 8 or not all(isfinite(value) and 0 <= value <= 1 for value in corners):
        return False
    four = points(corners)
    around = [*four, *four[:2]]
    sides = [hypot(end[0] - start[0], end[1] - start[1]) for start, end in pairwise(around)]
    if min(sides) < LEAST_SIDE:
        return False
    if any(turn(*around[at : at + 3]) < LEAST_SINE * sides[at] * sides[at + 1] for at in range(4)):
        return False
    return area(four) >= LEAST_AREA
