"""What was told of a crop when 0010 was written, for 0010 alone: the code of today may tell something else.

Not a migration: Django passes over names that begin with an underscore.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from math import floor, hypot, sqrt
from typing import Any

SETTLING = "settling"
WHOLE = (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0)
Point = tuple[float, float]


def told(reading: Any, *, of: tuple[int, int], cut: tuple[int, int], covered: Sequence[list[int]]) -> str:
    """What every release told of a crop, as JSON with a gap for each thing that an item froze."""
    straight = Straight(reading.corners, of)
    persons = list(reading.persons.all())
    people = [_person(place, person, straight) for place, person in enumerate(persons) if _is_inside(person, straight)]
    outside = len(persons) - len(people)
    flags = {
        "adjudicated": reading.stage == SETTLING,
        "covered": bool(covered),
        "cropped": tuple(reading.corners) != WHOLE,
        "nobody": reading.people_count <= outside,
        "people_cut_off": outside > 0,
        "straightened": straight.upright is None,
    }
    whole = {
        "public_id": _gap("public_id"),
        "width": cut[0],
        "height": cut[1],
        "covered": covered,
        "people_count": max(0, reading.people_count - outside),
        "description": sorted(reading.terms),
        "taken_decade": _gap("taken_decade"),
        "flags": sorted(flag for flag, is_so in flags.items() if is_so),
        "people": people,
    }
    told = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # A decade is a number: its gap has no quotation marks.
    return told.replace(f'"{_gap("taken_decade")}"', _gap("taken_decade"))


def _gap(name: str) -> str:
    return f"%({name})s"


def _is_inside(person: Any, straight: "Straight") -> bool:
    x, y = straight.place(person.x, person.y)
    return 0 <= x <= straight.size[0] and 0 <= y <= straight.size[1]


def _person(place: int, person: Any, straight: "Straight") -> dict[str, Any]:
    box, is_cut = _box(person, straight)
    flags = {
        "age_range": person.age_low < person.age_high,
        "box_cut": is_cut,
        "moved": person.moved,
        "suggested": person.suggested,
    }
    return {
        "basis": _gap(f"basis_{place}"),
        "keypoint": [round(each, 1) for each in straight.place(person.x, person.y)],
        "age_years": float(person.age_years),
        "age_low": float(person.age_low),
        "age_high": float(person.age_high),
        "flags": sorted(flag for flag, is_so in flags.items() if is_so),
        **({"bbox": box} if box else {}),
    }


def _box(person: Any, straight: "Straight") -> tuple[list[float], bool]:
    edges = [edge for edge in (person.left, person.top, person.right, person.bottom) if edge is not None]
    around = straight.around(*edges) if edges else None
    if around is None:
        return [], False
    left, top, right, bottom = (round(edge, 1) for edge in around)
    width, height = straight.size
    is_cut = left <= 0 or top <= 0 or right >= width or bottom >= height
    return [left, top, round(right - left, 1), round(bottom - top, 1)], is_cut


class Straight:
    """The rectangle that a reading's corners cut out of a photo of `of` (width, height) pixels."""

    def __init__(self, frame: Sequence[float], of: tuple[int, int]) -> None:
        """Work out the rectangle and the way there."""
        self.frame, self.of = frame, of
        corners = [(x * of[0], y * of[1]) for x, y in _points(frame)]
        self.upright = _upright(corners)
        if self.upright is not None:
            left, top, right, bottom = self.upright
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self.size = _no_more(_size(corners), of[0] * of[1])
        self.start = corners[0]
        self.way = None if self.upright is not None else _way(corners, self.size)

    def place(self, x: float, y: float) -> Point:
        """Where a place, as fractions of the picture, lies in the rectangle's pixels."""
        across, down = x * self.of[0], y * self.of[1]
        if self.upright is not None:
            return across - self.upright[0], down - self.upright[1]
        a, b, c, d, e, f, g, h = self.way
        x, y = across - self.start[0], down - self.start[1]
        depth = (g * x + h * y + 1) or 1e-12
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    def around(self, left: float, top: float, right: float, bottom: float) -> tuple[float, ...] | None:
        """The upright box around where a box of the picture lies in the rectangle, cut to it."""
        inside = [(left, top), (right, top), (right, bottom), (left, bottom)]
        if tuple(self.frame) != WHOLE or not (0 <= left <= right <= 1 and 0 <= top <= bottom <= 1):
            inside = _shared(inside, _points(self.frame))
        if not inside:
            return None
        xs, ys = zip(*(self.place(x, y) for x, y in inside), strict=True)
        width, height = self.size
        found = (max(0.0, min(xs)), max(0.0, min(ys)), min(float(width), max(xs)), min(float(height), max(ys)))
        return found if found[0] < found[2] and found[1] < found[3] else None


def _points(corners: Sequence[float]) -> list[Point]:
    return list(zip(corners[::2], corners[1::2], strict=True))


def _upright(corners: Sequence[Point]) -> tuple[int, int, int, int] | None:
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


def _longer(one: tuple[Point, Point], other: tuple[Point, Point]) -> int:
    lengths = (hypot(end[0] - start[0], end[1] - start[1]) for start, end in (one, other))
    return max(1, round(max(lengths)))


def _no_more(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    factor = sqrt(pixels / (size[0] * size[1]))
    return size if factor >= 1 else (max(1, floor(size[0] * factor)), max(1, floor(size[1] * factor)))


def _way(corners: Sequence[Point], size: tuple[int, int]) -> list[float]:
    """The eight factors of the perspective that leads from the picture, seen from the first corner, to the rectangle."""
    start_x, start_y = corners[0]
    rectangle = [(0.0, 0.0), (size[0], 0.0), (size[0], size[1]), (0.0, size[1])]
    rows = []
    for (x, y), (u, v) in zip(((x - start_x, y - start_y) for x, y in corners), rectangle, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -x * u, -y * u, u])
        rows.append([0, 0, 0, x, y, 1, -x * v, -y * v, v])
    return _solved(rows)


def _solved(rows: Sequence[Sequence[float]]) -> list[float]:
    matrix = [list(row) for row in rows]
    size = len(matrix)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(matrix[row][at]))
        if abs(matrix[pivot][at]) < 1e-12:
            # Nothing was cut out by such corners, so nothing is told of them.
            raise ValueError(rows)
        matrix[at], matrix[pivot] = matrix[pivot], matrix[at]
        for row in range(size):
            if row != at:
                factor = matrix[row][at] / matrix[at][at]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[at], strict=True)]
    return [matrix[at][size] / matrix[at][at] for at in range(size)]


def _shared(shape: Sequence[Point], frame: Sequence[Point]) -> list[Point]:
    """What of a convex shape lies within a convex frame, both clockwise on a screen."""
    left = list(shape)
    for start, end in pairwise([*frame, frame[0]]):
        length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
        a, b = (end[1] - start[1]) / length, (start[0] - end[0]) / length
        edge, whole, left = (a, b, a * start[0] + b * start[1]), left, []
        for one, other in pairwise([*whole, *whole[:1]]):
            here, there = (edge[0] * x + edge[1] * y - edge[2] for x, y in (one, other))
            if here <= 0:
                left.append(one)
            if (here < 0 < there) or (there < 0 < here):
                share = here / (here - there)
                left.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
    return left
