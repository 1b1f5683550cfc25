"""A released picture and the people in it as COCO has images and annotations."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from annotation.models import Reading, ReadingPerson
from contributions.models import Grounds
from contributions.queries import Straight
from releases.cutting import Cut

CATEGORIES = [{"id": 1, "name": "person", "keypoints": ["mark"], "skeleton": []}]


def image_of(reading: Reading, cut: Cut, *, number: int, public_id: UUID, group: UUID) -> dict[str, Any]:
    """The image: its size in pixels, what is covered, how many people are in it, and the scene in the vocabulary's ids.

    `group` names the images that show one picture.
    """
    outside = sum(not _is_inside(person, cut.straight) for person in reading.persons.all())
    width, height = cut.straight.size
    return {
        "id": number,
        "file_name": f"images/{public_id}.jpg",
        "width": width,
        "height": height,
        "public_id": str(public_id),
        "group": str(group),
        "covered": list(cut.covered),
        "people_count": max(0, reading.people_count - outside),
        "description": sorted(reading.terms),
    }


def people_of(
    reading: Reading, straight: Straight, grounds: Mapping[UUID, Grounds], *, image: int, first: int
) -> Iterator[dict[str, Any]]:
    """The people inside the picture, numbered from `first`: a keypoint, ages in years, and a box where one was drawn.

    `basis` says on what the agreement of somebody rests whom the giver marked.
    """
    inside = (person for person in reading.persons.all() if _is_inside(person, straight))
    for number, person in enumerate(inside, first):
        x, y = straight.place(person.x, person.y)
        basis = grounds.get(person.person_id) if person.person_id else None
        yield {
            "id": number,
            "image_id": image,
            "category_id": 1,
            "keypoints": [round(x, 1), round(y, 1), 2],
            "num_keypoints": 1,
            "iscrowd": 0,
            "attributes": {
                "age_years": float(person.age_years),
                "age_low": float(person.age_low),
                "age_high": float(person.age_high),
                "basis": basis.value if basis else "",
            },
            **_box(person, straight),
        }


def _is_inside(person: ReadingPerson, straight: Straight) -> bool:
    x, y = straight.place(person.x, person.y)
    return 0 <= x <= straight.size[0] and 0 <= y <= straight.size[1]


def _box(person: ReadingPerson, straight: Straight) -> dict[str, Any]:
    """The box around somebody's head in the picture's pixels; nothing where none was drawn, or none of it is left."""
    if person.left is None or person.top is None or person.right is None or person.bottom is None:
        return {}
    around = straight.around(person.left, person.top, person.right, person.bottom)
    if around is None:
        return {}
    left, top, right, bottom = (round(edge, 1) for edge in around)
    width, height = round(right - left, 1), round(bottom - top, 1)
    return {"bbox": [left, top, width, height], "area": round(width * height, 1)}
