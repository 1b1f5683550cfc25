"""One released picture as every format tells of it: its size, what is covered, the people in it, the scene.

What is told depends on the crop, the reading and what an item froze with them, never on the release that it is in: so
the bytes of a shard that nothing has changed in stay as they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from annotation.models import Stage
from contributions.queries import WHOLE, Straight
from releases.standalone.mpm_release import dump

_WHOLE: Final = tuple(WHOLE)
# What the flags of a picture, and those of a person, say. A code is never used again for anything else.
PICTURE_FLAGS: Final = {
    "adjudicated": "two readings differed, and a third person settled this one",
    "covered": "something was painted over, such as a name; `covered` says where",
    "cropped": "less than the whole photo: its border was cut off",
    "nobody": "nobody is in the picture",
    "people_cut_off": "somebody stood beyond the border that was cut off, and is not counted",
    "straightened": "photographed at a slant and laid straight, so its pixels are computed from others",
}
PERSON_FLAGS: Final = {
    "age_range": "the age is known as a range only, from `age_low` to `age_high`",
    "box_cut": "the box around the head reaches beyond the picture and ends at its edge",
    "moved": "staff put the mark in another place than the contributor had",
    "suggested": "staff added this person where a face detector had seen a face",
}


class Person(NamedTuple):
    """One person of a reading: place and box as fractions of the photo, ages in years."""

    x: float
    y: float
    box: tuple[float, float, float, float] | None
    age_years: float
    age_low: float
    age_high: float
    moved: bool
    suggested: bool


class Facts(NamedTuple):
    """All that a sample is made of; `of` is the photo's width and height in pixels, `cut` those of the crop."""

    public_id: UUID
    of: tuple[int, int]
    cut: tuple[int, int]
    covered: list[list[int]]
    corners: Sequence[float]
    people_count: int
    terms: Sequence[str]
    stage: str
    grounds: Sequence[str]
    taken_decade: int | None
    people: Sequence[Person]


def sample(facts: Facts) -> dict[str, Any]:
    """The picture as plain values; places in its pixels, ages in years.

    `people` come in the order of the reading, those beyond the border left out. `bbox` (x, y, width, height) is there
    where somebody drew a box around the head. Raises ValueError for a reading whose corners cannot be laid straight.
    """
    straight = _straight(tuple(facts.corners), facts.of)
    people = list(_people(facts, straight))
    outside = len(facts.people) - len(people)
    return {
        "public_id": str(facts.public_id),
        "width": facts.cut[0],
        "height": facts.cut[1],
        "covered": facts.covered,
        "people_count": max(0, facts.people_count - outside),
        "description": sorted(facts.terms),
        "taken_decade": facts.taken_decade,
        "flags": _flags(facts, straight, outside=outside),
        "people": people,
    }


def encoded(sample: Mapping[str, Any]) -> bytes:
    """A sample as the JSON that stands beside its picture in a shard."""
    return f"{dump(sample)}\n".encode()


@lru_cache(maxsize=256)
def _straight(corners: Sequence[float], of: tuple[int, int]) -> Straight:
    """Most readings frame the whole picture, and pictures come in few sizes."""
    return Straight(corners, of)


def _flags(facts: Facts, straight: Straight, *, outside: int) -> list[str]:
    told = {
        "adjudicated": facts.stage == Stage.SETTLING,
        "covered": bool(facts.covered),
        "cropped": tuple(facts.corners) != _WHOLE,
        "nobody": facts.people_count <= outside,
        "people_cut_off": outside > 0,
        "straightened": straight.upright is None,
    }
    return sorted(flag for flag, is_so in told.items() if is_so)


def _people(facts: Facts, straight: Straight) -> Iterator[dict[str, Any]]:
    width, height = straight.size
    for place, person in enumerate(facts.people):
        x, y = straight.place(person.x, person.y)
        if not (0 <= x <= width and 0 <= y <= height):
            continue
        box, is_cut = _box(person, straight)
        told = {
            "age_range": person.age_low < person.age_high,
            "box_cut": is_cut,
            "moved": person.moved,
            "suggested": person.suggested,
        }
        yield {
            "keypoint": [round(x, 1), round(y, 1)],
            "age_years": person.age_years,
            "age_low": person.age_low,
            "age_high": person.age_high,
            "basis": facts.grounds[place] if place < len(facts.grounds) else "",
            "flags": sorted(flag for flag, is_so in told.items() if is_so),
            **({"bbox": box} if box else {}),
        }


def _box(person: Person, straight: Straight) -> tuple[list[float], bool]:
    """The box around a head in the picture's pixels, empty where there is none, and whether it ends at an edge."""
    around = straight.around(*person.box) if person.box else None
    if around is None:
        return [], False
    left, top, right, bottom = (round(edge, 1) for edge in around)
    width, height = straight.size
    is_cut = left <= 0 or top <= 0 or right >= width or bottom >= height
    return [left, top, round(right - left, 1), round(bottom - top, 1)], is_cut
