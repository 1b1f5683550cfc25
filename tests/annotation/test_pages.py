"""The workbench and the lead's page."""

import json
from uuid import uuid4

import pytest

from annotation.models import Reading, Task
from annotation.transitions import TaskState
from audit.models import Event
from screening.models import View
from tests import pictures, soak
from tests.builders import given, read
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
BENCH = "/staff/annotation/"
FEW = 3
STRANGER = json.dumps([{"mark": str(uuid4()), "x": 0, "y": 0, "age": 7}])


def form(task: Task, **changes: object) -> dict[str, object]:
    people = [{"mark": str(p.pk), "x": p.x, "y": p.y, "age": "7"} for p in task.photo.persons.all()]
    values = {"lease": task.lease, "version": task.version, "key": uuid4(), "people": json.dumps(people), "seconds": 3}
    return {**values, "left": 0, "top": 0, "right": 100, "bottom": 100, **changes}


def test_opening_the_workbench_takes_no_photo(staff: Casting) -> None:
    given().agree()
    assert "Take the next photo" in staff("annotator").client.get(BENCH).content.decode()
    assert Task.objects.get().state == TaskState.OPEN


def test_a_photo_is_taken_seen_and_answered_and_the_next_one_comes(staff: Casting) -> None:
    given(pictures.png(200, 150), pictures.png(201, 150)).agree()
    client = staff("annotator").client
    page = client.post(f"{BENCH}next/", follow=True)
    task = page.context["task"]
    image = client.get(f"{BENCH}tasks/{task.pk}/image/")
    assert b"".join(image)[:2] == b"\xff\xd8"
    page = client.post(f"{BENCH}tasks/{task.pk}/submit/", form(task), follow=True)
    assert page.context["task"].pk != task.pk
    assert Reading.objects.get().seconds == 3


@pytest.mark.requirement("L11")
@pytest.mark.parametrize("looks", [FEW, pytest.param(1000, marks=pytest.mark.soak)])
def test_each_look_is_in_the_log_before_the_picture_comes(staff: Casting, looks: int) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    for number in range(1, looks + 1):
        image = client.get(f"{BENCH}tasks/{task.pk}/image/")
        assert Event.objects.filter(action="photo:viewed").count() == number
        assert b"".join(image)[:2] == b"\xff\xd8"
    assert View.objects.count() == looks
    if looks > FEW:
        soak.write_down("views of a photo", f"{looks} looks, {looks} entries before their first byte")


def test_an_annotator_without_the_lease_sees_no_picture(staff: Casting) -> None:
    given().agree()
    task = staff("annotator").client.post(f"{BENCH}next/", follow=True).context["task"]
    assert staff("annotator").client.get(f"{BENCH}tasks/{task.pk}/image/").status_code == 404
    assert not View.objects.exists()


def test_a_lost_lease_is_said_and_nothing_kept(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    answer = client.post(f"{BENCH}tasks/{task.pk}/submit/", form(task, version=99))
    assert (answer.status_code, Reading.objects.count()) == (409, 0)


def test_an_age_that_is_none_is_said_on_the_page(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    people = json.dumps([{"mark": None, "x": 0.1, "y": 0.1, "age": "seven"}])
    answer = client.post(f"{BENCH}tasks/{task.pk}/submit/", form(task, people=people))
    assert (answer.status_code, "age in years" in answer.content.decode()) == (422, True)


@pytest.mark.requirement("A4")
@pytest.mark.parametrize("exclusion", ["", "quality"])
def test_a_photo_with_nobody_and_an_excluded_one_are_answers(staff: Casting, exclusion: str) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    client.post(f"{BENCH}tasks/{task.pk}/submit/", form(task, people="[]", exclusion=exclusion))
    assert Reading.objects.get().exclusion == exclusion


def test_an_answer_without_its_people_is_refused(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    assert client.post(f"{BENCH}tasks/{task.pk}/submit/", form(task, people="")).status_code == 422


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"left": 90, "right": 10}, "The frame is empty"),
        ({"people": STRANGER}, "has changed"),
    ],
)
def test_an_answer_that_does_not_fit_the_photo_is_said_and_nothing_kept(
    staff: Casting, change: dict[str, object], words: str
) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    answer = client.post(f"{BENCH}tasks/{task.pk}/submit/", form(task, **change))
    assert (answer.status_code, words in answer.content.decode(), Reading.objects.count()) == (422, True, 0)


def test_a_renewed_lease_answers_without_a_page(staff: Casting) -> None:
    given().agree()
    client = staff("annotator").client
    task = client.post(f"{BENCH}next/", follow=True).context["task"]
    assert client.post(f"{BENCH}tasks/{task.pk}/renew/", {"lease": task.lease}).status_code == 204
    assert client.post(f"{BENCH}tasks/{task.pk}/renew/", {"lease": uuid4()}).status_code == 409


@pytest.mark.requirement("A10")
def test_an_empty_queue_says_who_holds_what_until_when(staff: Casting) -> None:
    given().agree()
    staff("annotator").client.post(f"{BENCH}next/")
    page = staff("annotator").client.post(f"{BENCH}next/", follow=True).content.decode()
    assert "1 photo is being read by somebody else, until" in page


def test_the_lead_sees_counts_and_opens_a_photo_again(staff: Casting) -> None:
    given().agree()
    reading = read(staff("annotator").user.pk, exclusion="quality")
    client = staff("lead").client
    assert "quality" in client.get(f"{BENCH}lead/").content.decode()
    client.post(f"{BENCH}tasks/{reading.task_id}/reopen/")
    assert Task.objects.get().state == TaskState.OPEN
