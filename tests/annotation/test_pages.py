"""The workbench's page and its requests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from annotation import actions
from annotation.models import Reading, Task
from annotation.transitions import TaskState
from audit.models import Event
from contributions.models import Basis, Photo
from screening.models import View
from tests import soak
from tests.annotation.asking import BENCH, JSON, as_said, hand_out, post, submit, take
from tests.builders import given
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
FEW = 3


def person(**changes: object) -> dict[str, object]:
    return {
        "mark": None,
        "suggestion": None,
        "x": 0.5,
        "y": 0.5,
        "box": None,
        "age": 7,
        "low": None,
        "high": None,
    } | changes


def test_opening_the_workbench_takes_no_photo(staff: Casting) -> None:
    given().agree()
    assert staff("annotator").client.get(BENCH).context["held"] == []
    assert Task.objects.get().state == TaskState.OPEN


@pytest.mark.requirement("A4")
@pytest.mark.requirement("A11")
def test_a_photo_comes_with_marks_words_and_what_machines_suggest(staff: Casting) -> None:
    made = given(others=[Basis.AFFIRMED], age="6 or 7").agree()
    photo = made.photos[0]
    Photo.objects.filter(pk=photo.pk).update(taken_decade=1920)
    box = {"left": 0.1, "top": 0.1, "right": 0.3, "bottom": 0.4, "score": 0.9, "model": "drawn"}
    face, text = (photo.suggestions.create(kind=kind, **box) for kind in ("face", "text"))
    client = staff("annotator").client
    task = take(client)
    assert (task["faces"], task["texts"]) == (
        [{"id": face.pk, "box": [0.1, 0.1, 0.3, 0.4]}],
        [{"id": text.pk, "box": [0.1, 0.1, 0.3, 0.4]}],
    )
    me, other = task["people"]
    assert (me["words"], me["low"], me["high"], me["who"]) == ("6 or 7", 6, 7, "the contributor")
    assert other["who"] == "agreed, says the contributor"
    assert (task["width"], task["height"], task["stage"], task["before"]) == (320, 240, "first", None)
    assert (task["decade"], task["frame"], task["rows"]) == ("before 1930", None, [])
    assert (task["photo"], str(photo.pk) in str(task)) == (str(photo.pk)[:8], False)
    assert client.get(BENCH).context["held"] == [task]
    assert client.get(task["image"]).headers["Content-Type"] == "image/jpeg"


@pytest.mark.requirement("L11")
@pytest.mark.parametrize("looks", [FEW, pytest.param(1000, marks=pytest.mark.soak)])
def test_each_look_is_in_the_log_before_the_picture_comes(staff: Casting, looks: int) -> None:
    given().agree()
    client = staff("annotator").client
    task = take(client)
    for number in range(1, looks + 1):
        image = client.get(task["image"])
        assert Event.objects.filter(action="photo:viewed").count() == number
        assert b"".join(image)[:2] == b"\xff\xd8"
    assert View.objects.count() == looks
    if looks > FEW:
        soak.write_down("views of a photo", f"{looks} looks, {looks} entries before their first byte")


def test_an_annotator_without_the_lease_sees_no_picture(staff: Casting) -> None:
    given().agree()
    task = take(staff("annotator").client)
    assert staff("annotator").client.get(task["image"]).status_code == 404
    assert not View.objects.exists()


@pytest.mark.requirement("A3")
def test_who_lost_the_lease_is_told_what_happened_and_can_take_the_photo_again(staff: Casting) -> None:
    made = given().agree()
    client, other = staff("annotator").client, staff("annotator").client
    task = take(client)
    assert submit(client, task, version=99).json()["why"] == "changed"
    Task.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    actions.release_expired()
    lost = submit(client, task)
    assert (lost.status_code, lost.json()["why"], lost.json()["can_take"]) == (409, "expired", True)
    address = f"tasks/{task['task']}/take/"
    assert (post(client, address).status_code, post(client, address, {"version": 99}).status_code) == (400, 409)
    again = post(client, address, {"version": task["version"]}).json()["task"]
    assert (again["task"], again["lease"] != task["lease"]) == (task["task"], True)
    post(client, f"tasks/{task['task']}/put-off/", {"lease": again["lease"]})
    theirs = take(other)
    assert submit(client, again).json()["can_take"] is False
    assert post(client, address, {"version": again["version"]}).status_code == 409
    submit(other, theirs)
    read = submit(client, again).json()
    assert (read["why"], read["theirs"]) == ("read", "1 person: 7")
    made.withdraw()
    assert submit(client, again).json()["why"] == "withdrawn"
    assert Reading.objects.count() == 1


REFUSED: list[tuple[dict[str, Any], str, int | None]] = [
    ({"people": [person(), person(age="seven")]}, "age", 1),
    ({"people": [person(age=7, low=9)]}, "age", 0),
    ({"people": [person(x=2)]}, "place", 0),
    ({"people": [person(box=[0, 0, 1])]}, "box", 0),
    ({"people": [person(mark=str(uuid4()))]}, "people", None),
    ({"people": [person(mark="you")]}, "people", 0),
    ({"people": None}, "people", None),
    ({"people": [person()] * 201}, "people", None),
    ({"count": "many"}, "count", None),
    ({"corners": [0] * 8}, "corners", None),
    ({"covers": [[0, 0, 1, 2]]}, "cover", None),
    ({"terms": ["nothing"]}, "terms", None),
    ({"answer": "excluded", "exclusion": "dull"}, "exclusion", None),
    ({"answer": "excluded", "exclusion": "other"}, "note", None),
    ({"answer": "undecided", "note": "?" * 301}, "note", None),
    ({"answer": "perhaps"}, "shape", None),
    ({"lease": "mine"}, "shape", None),
    ({"version": True}, "shape", None),
]


def test_an_answer_that_does_not_fit_says_which_field_and_whose_and_keeps_nothing(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    task = take(client)
    for change, field, who in REFUSED:
        refused = submit(client, task, **change)
        told = refused.json()
        assert (refused.status_code, told["field"], told["person"], bool(told["text"])) == (422, field, who, True), (
            change
        )
    assert not Reading.objects.exists()
    for body in ("[]", "{", "1"):
        broken = client.post(f"{BENCH}tasks/{task['task']}/submit/", body, content_type=JSON)
        assert broken.status_code == 400
    assert submit(client, task).status_code == 200


@pytest.mark.requirement("A4")
def test_a_photo_with_nobody_and_one_with_uncounted_people_are_answers(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    submit(client, take(client), people=[], count=30)
    assert (Reading.objects.get().people_count, Reading.objects.get().seconds) == (30, 3)


def test_who_is_signed_out_is_told_so_in_json_and_other_roles_are_refused(staff: Casting) -> None:
    given().agree()
    member = staff("annotator")
    task = take(member.client)
    member.client.logout()
    out = post(member.client, f"tasks/{task['task']}/submit/", as_said(task))
    assert (out.status_code, "sign_in" in out.json()) == (401, True)
    assert submit(staff("lead").client, task).status_code == 403
    # An adjudicator answers what there is to settle, and nothing else.
    assert submit(staff("adjudicator").client, task).status_code == 409
    empty = hand_out(staff("adjudicator").client, to="settle/next/")["empty"]
    assert (empty["why"], empty["text"].startswith("No photo waits to be settled.")) == ("none", True)


def test_the_page_of_those_who_settle_is_theirs(staff: Casting) -> None:
    assert staff("adjudicator").client.get(f"{BENCH}settle/").context["mode"] == "settle"
    assert staff("annotator").client.get(f"{BENCH}settle/").status_code == 403
