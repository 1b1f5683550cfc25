"""One released picture as every format tells of it: its size, what is covered, the people in it, the scene.

What is told depends on the crop, the reading and what an item froze with them, never on the release that it is in: so
the bytes of a shard that nothing has changed in stay as they are. All but what the item froze is worked out when the
picture is cut, and kept with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from annotation.models import Reading, ReadingPerson, Stage
from contributions.queries import WHOLE, Straight
from releases.standalone.mpm_release import dump

Size = tuple[int, int]
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


def told(reading: Reading, *, of: Size, cut: Size, covered: Sequence[list[int]]) -> str:
    """What every release tells of a crop, as JSON with a gap for each thing that an item froze: see `sample_of`.

    `of` is the photo's width and height in pixels, `cut` those of the crop. Places are in its pixels, ages in years.
    `people` come in the order of the reading, those beyond the border left out; `bbox` (x, y, width, height) is there
    where somebody drew a box around the head. Raises ValueError for a reading whose corners cannot be laid straight.
    """
    straight = Straight(reading.corners, of)
    persons = reading.persons.all()
    people = [_person(place, person, straight) for place, person in enumerate(persons) if _is_inside(person, straight)]
    outside = len(persons) - len(people)
    flags = {
        "adjudicated": reading.stage == Stage.SETTLING,
        "covered": bool(covered),
        "cropped": tuple(reading.corners) != _WHOLE,
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
        "flags": _set(flags),
        "people": people,
    }
    # A decade is a number: its gap has no quotation marks.
    return dump(whole).replace(f'"{_gap("taken_decade")}"', _gap("taken_decade"))


def sample_of(told: str, public_id: UUID, grounds: Sequence[str], taken_decade: int | None) -> str:
    """The sample of an item as JSON: what is `told` of its crop, its gaps filled with what the item froze."""
    bases = {f"basis_{place}": ground for place, ground in enumerate(grounds)}
    decade = "null" if taken_decade is None else taken_decade
    return told % _Filling(bases, public_id=public_id, taken_decade=decade)


class _Filling(dict[str, Any]):
    """What fills the gaps; nothing for whoever was read and not marked by the contributor."""

    def __missing__(self, _gap: str) -> str:
        return ""


def _gap(name: str) -> str:
    """Whatever else is told holds no per cent sign: figures, and words of a vocabulary."""
    return f"%({name})s"


def _is_inside(person: ReadingPerson, straight: Straight) -> bool:
    x, y = straight.place(person.x, person.y)
    return 0 <= x <= straight.size[0] and 0 <= y <= straight.size[1]


def _person(place: int, person: ReadingPerson, straight: Straight) -> dict[str, Any]:
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
        "flags": _set(flags),
        **({"bbox": box} if box else {}),
    }


def _set(flags: Mapping[str, bool]) -> list[str]:
    return sorted(flag for flag, is_so in flags.items() if is_so)


def _box(person: ReadingPerson, straight: Straight) -> tuple[list[float], bool]:
    """The box around a head in the picture's pixels, empty where there is none, and whether it ends at an edge."""
    edges = [edge for edge in (person.left, person.top, person.right, person.bottom) if edge is not None]
    around = straight.around(*edges) if edges else None
    if around is None:
        return [], False
    left, top, right, bottom = (round(edge, 1) for edge in around)
    width, height = straight.size
    is_cut = left <= 0 or top <= 0 or right >= width or bottom >= height
    return [left, top, round(right - left, 1), round(bottom - top, 1)], is_cut
