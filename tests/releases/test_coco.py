"""What staff read of a photo, read back from a release as COCO: places, boxes, ages, the count and the scene."""

import io
import json
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import pytest
from django.conf import settings
from PIL import Image, ImageDraw

from annotation.actions import Box, PersonRead, Said
from annotation.queries import vocabulary_in_every_language
from contributions.models import Basis, Grounds
from tests import pictures
from tests.builders import given
from tests.cast import Casting
from tests.releases.answering import answered
from tests.releases.curators import Curators, unpacked

WIDTH, HEIGHT = 640, 480
# A print on a table, photographed at a slant, and a red head on it.
PRINT = ((130, 60), (560, 110), (520, 420), (90, 350))
HEAD, REACH = (400, 180), 25
TERMS = ["setting.outdoors", "place.garden", "objects.dog"]


def slanted() -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (60, 45, 30))
    draw = ImageDraw.Draw(picture)
    draw.polygon(PRINT, (235, 235, 225))
    draw.ellipse((HEAD[0] - REACH, HEAD[1] - REACH, HEAD[0] + REACH, HEAD[1] + REACH), (220, 20, 30))
    return pictures.encoded(picture, "PNG")


def read_by_staff(marks: Sequence[UUID]) -> Said:
    """The first is the red head, with a box around it; the second stands outside of the print."""
    first, second = marks
    around = Box(
        (HEAD[0] - REACH) / WIDTH, (HEAD[1] - REACH) / HEIGHT, (HEAD[0] + REACH) / WIDTH, (HEAD[1] + REACH) / HEIGHT
    )
    return Said(
        people=[
            PersonRead(first, HEAD[0] / WIDTH, HEAD[1] / HEIGHT, Decimal(7), Decimal(5), Decimal("8.5"), around),
            PersonRead(second, 0.02, 0.95, Decimal(40)),
        ],
        corners=[value for x, y in PRINT for value in (x / WIDTH, y / HEIGHT)],
        terms=TERMS,
    )


@pytest.mark.requirement("A4")
@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_a_slanted_print_is_laid_straight_and_what_was_drawn_on_it_is_where_coco_says(staff: Casting) -> None:
    given(slanted(), others=[Basis.AFFIRMED]).agree()
    curators = Curators(staff)
    answered(curators.annotator, read_by_staff)
    files = unpacked(curators.published(bases=frozenset({Grounds.AFFIRMED})))
    coco = json.loads(files["data/annotations.json"])
    (image,), (person,) = coco["images"], coco["annotations"]
    shown = Image.open(io.BytesIO(files[f"{image['shard']}!{image['file_name']}"])).convert("RGB")
    assert (image["width"], image["height"]) == shown.size == (436, 313)
    assert (image["people_count"], image["description"]) == (1, sorted(TERMS))
    # The second stands beyond the border that was cut off.
    assert image["flags"] == ["cropped", "people_cut_off", "straightened"]
    assert json.loads(files[f"{image['shard']}!{image['public_id']}.json"])["people"][0]["basis"] == "self"
    # No table is left at the edges.
    inner = [(2, 2), (433, 2), (433, 310), (2, 310), (216, 2), (216, 310), (2, 156), (433, 156)]
    assert min(channel for place in inner for channel in colour(shown, *place)) > 190
    red = [(x, y) for x in range(436) for y in range(313) if is_red(shown, x, y)]
    x, y, visible = person["keypoints"]
    middle = [sum(values) / len(red) for values in zip(*red, strict=True)]
    assert [visible, x, y] == [2, *(pytest.approx(value, abs=1.5) for value in middle)]
    left, top, width, height = person["bbox"]
    edges = [min(x for x, _ in red), min(y for _, y in red), max(x for x, _ in red), max(y for _, y in red)]
    assert [left, top, left + width, top + height] == pytest.approx(edges, abs=12)
    assert left <= edges[0] + 1
    assert top <= edges[1] + 1
    assert left + width >= edges[2]
    assert top + height >= edges[3]
    assert person["area"] == pytest.approx(width * height, abs=0.1)
    assert person["attributes"] == {
        "age_years": 7.0,
        "age_low": 5.0,
        "age_high": 8.5,
        "basis": "self",
        "flags": ["age_range", "moved"],
    }


@pytest.mark.requirement("K8")
def test_the_words_for_the_scene_go_out_with_it_in_every_language() -> None:
    told = vocabulary_in_every_language()
    terms = {term["id"]: term for term in told["terms"]}
    assert set(TERMS) <= set(terms)
    assert set(terms["place.garden"]["labels"]) == {code for code, _name in settings.LANGUAGES}
    assert terms["place.garden"]["labels"]["en"] == "garden"
    assert {term["group"] for term in told["terms"]} == {group["id"] for group in told["groups"]}


def is_red(picture: Image.Image, x: int, y: int) -> bool:
    red, green, blue = colour(picture, x, y)
    return red > 150 and green < 110 and blue < 110


def colour(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(channel) for channel in found)
