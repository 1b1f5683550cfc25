"""An annotator's answer: one transaction, once, checked against the lease and the photo."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from annotation import actions, queries
from annotation.actions import AnswerNotValid, Crop, LeaseLost, PersonRead
from annotation.models import Reading, Task
from annotation.transitions import TaskState
from annotation.withdrawal import give_back
from audit.models import Event
from tests.builders import given, read
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def answer(task: Task, **changes: Any) -> Reading:
    people = [PersonRead(p.pk, p.x, p.y, Decimal(7)) for p in task.photo.persons.all()]
    values = {
        "task_id": task.pk,
        "lease": task.lease,
        "version": task.version,
        "key": uuid4(),
        "staff_id": task.leased_to_id,
        "people": people,
        "crop": Crop(),
    }
    return actions.submit(**{**values, **changes})


@pytest.fixture
def task(staff: Casting) -> Task:
    given().agree()
    taken = actions.take_next(staff_id=staff("annotator").user.pk)
    assert taken is not None
    return taken


@pytest.mark.requirement("A4")
def test_a_reading_keeps_moved_and_added_people_ages_and_crop(task: Task) -> None:
    mark = task.photo.persons.get()
    people = [PersonRead(mark.pk, 0.4, 0.4, Decimal("6.5")), PersonRead(None, 0.8, 0.2, Decimal(9))]
    reading = answer(task, people=people, crop=Crop(0.1, 0.1, 0.9, 0.9))
    assert [(p.moved, p.age_years, p.person) for p in reading.persons.all()] == [
        (True, Decimal("6.50"), mark),
        (False, Decimal("9.00"), None),
    ]
    task.refresh_from_db()
    assert task.state == TaskState.READ


@pytest.mark.requirement("A4")
def test_an_exclusion_keeps_its_reason_and_the_log_says_it(task: Task) -> None:
    answer(task, exclusion="not_childhood", people=[])
    event = Event.objects.get(action="photo:excluded")
    assert event.data["reason"] == "not_childhood"


@pytest.mark.requirement("A3")
def test_the_same_key_twice_is_one_reading(task: Task) -> None:
    key = uuid4()
    assert answer(task, key=key) == answer(task, key=key)
    assert Reading.objects.count() == 1


@pytest.mark.requirement("A3")
@pytest.mark.parametrize("change", [{"lease": uuid4()}, {"version": 99}, {"staff_id": uuid4()}])
def test_a_wrong_lease_version_or_person_is_refused(task: Task, change: dict[str, Any]) -> None:
    with pytest.raises(LeaseLost):
        answer(task, **change)
    assert not Reading.objects.exists()


def test_an_answer_to_a_photo_withdrawn_meanwhile_is_refused(staff: Casting) -> None:
    made = given().agree()
    task = actions.take_next(staff_id=staff("annotator").user.pk)
    assert task is not None
    made.withdraw()
    with pytest.raises(LeaseLost):
        answer(task)


@pytest.mark.parametrize(
    "person",
    [
        PersonRead(uuid4(), 0.5, 0.5, Decimal(7)),
        PersonRead(None, 1.5, 0.5, Decimal(7)),
        PersonRead(None, 0.5, 0.5, Decimal(-1)),
        PersonRead(None, 0.5, 0.5, Decimal(130)),
    ],
)
def test_a_person_that_does_not_fit_the_photo_is_refused(task: Task, person: PersonRead) -> None:
    with pytest.raises(AnswerNotValid):
        answer(task, people=[person])
    assert not Reading.objects.exists()


@pytest.mark.parametrize("crop", [Crop(0.5, 0, 0.4, 1), Crop(-0.1, 0, 1, 1), Crop(0, 0, 1, 1.1)])
def test_a_crop_outside_the_photo_is_refused(task: Task, crop: Crop) -> None:
    with pytest.raises(AnswerNotValid):
        answer(task, crop=crop)


@pytest.mark.requirement("L10")
def test_when_the_log_refuses_nothing_moves(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_data: object) -> None:
        raise RuntimeError("the log is down")

    monkeypatch.setattr("annotation.actions.reading.record", refuse)
    with pytest.raises(RuntimeError):
        answer(task)
    task.refresh_from_db()
    assert (task.state, Reading.objects.count()) == (TaskState.LEASED, 0)


@pytest.mark.requirement("A9")
@pytest.mark.parametrize("statement", ["UPDATE annotation_reading SET seconds = 1", "DELETE FROM annotation_reading"])
def test_a_reading_is_never_changed(task: Task, statement: str) -> None:
    answer(task)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.requirement("A9")
def test_the_newest_reading_counts_after_a_photo_was_opened_again(staff: Casting) -> None:
    given().agree()
    me = staff("annotator").user.pk
    first = read(me, age="7")
    actions.reopen(task_id=first.task_id, by="system")
    second = read(me, age="8")
    assert list(queries.settled()) == [second]


def test_an_undone_withdrawal_keeps_the_reading(staff: Casting) -> None:
    made = given().agree()
    reading = read(staff("annotator").user.pk)
    made.withdraw()
    assert not queries.settled().exists()
    made.undo()
    assert list(queries.settled()) == [reading]


@pytest.mark.requirement("E1")
def test_what_was_noted_about_a_photo_goes_when_it_is_withdrawn(task: Task) -> None:
    reading = answer(task, exclusion="identifying_text", note="A name on the print", people=[])
    give_back(task.photo_id)
    reading.refresh_from_db()
    assert (reading.exclusion, reading.exclusion_note) == ("identifying_text", "")
