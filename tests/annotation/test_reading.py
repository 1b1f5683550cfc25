"""An answer: one transaction, once, checked against the lease and the photo."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from annotation import actions, queries
from annotation.actions import AnswerNotValid, Box, LeaseLost, PersonRead, Said
from annotation.models import Answer, Reading, Task
from annotation.transitions import Stage, TaskState
from annotation.withdrawal import give_back
from audit.models import Event
from tests.builders import given, read
from tests.cast import Casting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
INNER = (0.1, 0.1, 0.9, 0.12, 0.88, 0.9, 0.1, 0.9)
SEVEN = Decimal(7)


def answer(task: Task, said: Said | None = None, **changes: Any) -> Reading:
    as_said = [PersonRead(p.pk, p.x, p.y, SEVEN) for p in task.photo.persons.all()]
    values = {
        "task_id": task.pk,
        "lease": task.lease,
        "version": task.version,
        "key": uuid4(),
        "staff_id": task.leased_to_id,
        "said": said or Said(people=as_said),
    }
    return actions.submit(**{**values, **changes})


def excluded(reason: str, note: str = "") -> Said:
    return Said(kind=Answer.EXCLUDED, exclusion=reason, note=note)


@pytest.fixture
def task(staff: Casting) -> Task:
    given().agree()
    taken = actions.take_next(staff_id=staff("annotator").user.pk)
    assert taken is not None
    return taken


@pytest.mark.requirement("A4")
def test_a_reading_keeps_all_that_was_seen(task: Task) -> None:
    mark = task.photo.persons.get()
    said = Said(
        people=[
            PersonRead(mark.pk, 0.4, 0.4, Decimal("6.5"), Decimal(6), Decimal(8), box=Box(0.3, 0.3, 0.5, 0.6)),
            PersonRead(None, 0.8, 0.2, Decimal(9)),
        ],
        count=5,
        corners=INNER,
        covers=[Box(0, 0.9, 1, 1)],
        terms=["place.living_room"],
    )
    reading = answer(task, said, seconds=21)
    assert [(p.moved, p.age_low, p.age_years, p.age_high, p.left, p.person) for p in reading.persons.all()] == [
        (True, Decimal("6.00"), Decimal("6.50"), Decimal("8.00"), 0.3, mark),
        (False, Decimal("9.00"), Decimal("9.00"), Decimal("9.00"), None, None),
    ]
    reading.refresh_from_db()
    assert (reading.people_count, tuple(reading.corners), reading.terms) == (5, INNER, ["place.living_room"])
    assert reading.covers.get().top == 0.9
    task.refresh_from_db()
    assert (task.state, task.stage, task.first_by_id) == (TaskState.READ, Stage.DONE, reading.by_id)
    event = Event.objects.get(action="photo:read")
    told = {"people": 2, "counted": 5, "moved": 1, "boxes": 1, "covered": 1, "described": 1, "cropped": True}
    assert told.items() <= event.data.items()


@pytest.mark.requirement("A4")
def test_an_exclusion_keeps_its_reason_and_the_log_says_it(task: Task) -> None:
    reading = answer(task, excluded("other", " A calendar page "))
    assert (reading.note, reading.people_count) == ("A calendar page", 0)
    event = Event.objects.get(action="photo:excluded")
    assert event.data["reason"] == "other"
    assert not Event.objects.filter(leaf__contains="calendar").exists()


@pytest.mark.requirement("A7")
def test_what_cannot_be_decided_waits_for_somebody_who_settles_it(task: Task, staff: Casting) -> None:
    answer(task, Said(kind=Answer.UNDECIDED, note="Is this one person or two?"))
    assert Event.objects.filter(action="photo:undecided").exists()
    assert not queries.settled().exists()
    assert actions.take_next(staff_id=staff("annotator").user.pk) is None
    taken = actions.take_next(staff_id=staff("adjudicator").user.pk, settling=True)
    assert taken == task
    with pytest.raises(AnswerNotValid, match="answer"):
        answer(taken, Said(kind=Answer.UNDECIDED))
    settling = answer(taken)
    assert (settling.stage, list(queries.settled())) == (Stage.SETTLING, [settling])


def test_nobody_settles_what_they_could_not_decide(staff: Casting) -> None:
    given().agree()
    both = staff("annotator", "adjudicator").user.pk
    task = actions.take_next(staff_id=both)
    assert task is not None
    answer(task, Said(kind=Answer.UNDECIDED))
    assert actions.take_next(staff_id=both, settling=True) is None


@pytest.mark.requirement("A3")
def test_the_same_key_twice_is_one_reading(task: Task) -> None:
    key = uuid4()
    assert answer(task, key=key) == answer(task, key=key)
    assert Reading.objects.count() == 1


@pytest.mark.requirement("A3")
def test_a_wrong_lease_version_person_or_role_is_refused(task: Task) -> None:
    wrong: list[dict[str, Any]] = [
        {"lease": uuid4()},
        {"version": 99},
        {"staff_id": uuid4()},
        {"stages": [Stage.SETTLING]},
    ]
    for change in wrong:
        with pytest.raises(LeaseLost):
            answer(task, **change)
        assert not Reading.objects.exists(), change


def test_an_answer_to_a_photo_withdrawn_meanwhile_is_refused(staff: Casting) -> None:
    made = given().agree()
    task = actions.take_next(staff_id=staff("annotator").user.pk)
    assert task is not None
    made.withdraw()
    with pytest.raises(LeaseLost):
        answer(task)


PEOPLE = {
    "mark": (PersonRead(uuid4(), 0.5, 0.5, SEVEN), "people"),
    "place": (PersonRead(None, 1.5, 0.5, SEVEN), "place"),
    "unborn": (PersonRead(None, 0.5, 0.5, Decimal(-1)), "age"),
    "old": (PersonRead(None, 0.5, 0.5, Decimal(130)), "age"),
    "low": (PersonRead(None, 0.5, 0.5, SEVEN, age_low=Decimal(8)), "age"),
    "high": (PersonRead(None, 0.5, 0.5, SEVEN, age_high=Decimal(6)), "age"),
    "box": (PersonRead(None, 0.5, 0.5, SEVEN, box=Box(0.5, 0.5, 0.5, 0.6)), "box"),
}
ANSWERS = {
    "corners": (Said(corners=(0.5, 0, 0.4, 0, 1, 1, 0, 1)), "corners"),
    "count": (Said(count=-1), "count"),
    "cover": (Said(covers=[Box(0, 0, 1, 1.1)]), "cover"),
    "term": (Said(terms=["place.nowhere"]), "terms"),
    "twice": (Said(terms=["place.living_room"] * 2), "terms"),
    "reason": (excluded("boredom"), "exclusion"),
    "note": (excluded("other", "  "), "note"),
    "kind": (Said(kind=Answer.TAKEN_BACK), "answer"),
}


def test_a_person_or_an_answer_that_does_not_fit_the_photo_is_refused(task: Task) -> None:
    mark = task.photo.persons.get()
    for name, (person, field) in PEOPLE.items():
        with pytest.raises(AnswerNotValid) as refusal:
            answer(task, Said(people=[PersonRead(mark.pk, 0.1, 0.1, SEVEN), person]))
        assert (refusal.value.field, refusal.value.person) == (field, None if field == "people" else 1), name
    for name, (said, field) in ANSWERS.items():
        with pytest.raises(AnswerNotValid) as refusal:
            answer(task, said)
        assert refusal.value.field == field, name
    assert not Reading.objects.exists()


@pytest.mark.requirement("L10")
def test_when_the_log_refuses_nothing_moves(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_data: object) -> None:
        raise RuntimeError("the log is down")

    monkeypatch.setattr("annotation.actions.recording.record", refuse)
    with pytest.raises(RuntimeError):
        answer(task)
    task.refresh_from_db()
    assert (task.state, Reading.objects.count()) == (TaskState.LEASED, 0)


@pytest.mark.requirement("A9")
def test_a_reading_is_never_changed(task: Task) -> None:
    answer(task)
    for statement in ("UPDATE annotation_reading SET seconds = 1", "DELETE FROM annotation_reading"):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.requirement("A9")
def test_the_newest_reading_counts_after_a_photo_was_opened_again(staff: Casting) -> None:
    given().agree()
    me = staff("annotator").user.pk
    first = read(me, age="7")
    actions.reopen(task_id=first.task_id, staff_id=staff("lead").user.pk)
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
    reading = answer(task, excluded("identifying_text", "A name on the print"))
    give_back(task.photo_id)
    reading.refresh_from_db()
    assert (reading.exclusion, reading.note) == ("identifying_text", "")


@pytest.mark.requirement("A11")
def test_what_was_taken_from_a_machine_is_recorded_as_such(task: Task) -> None:
    face = task.photo.suggestions.create(
        kind="face", left=0.1, top=0.1, right=0.3, bottom=0.4, score=0.9, model="drawn"
    )
    text = task.photo.suggestions.create(
        kind="text", left=0.1, top=0.1, right=0.3, bottom=0.4, score=0.9, model="drawn"
    )
    reading = answer(task, Said(people=[taken(face.pk), taken(text.pk), taken(None)]))
    assert [person.suggested for person in reading.persons.all()] == [True, False, False]
    assert Event.objects.get(action="photo:read").data["suggested"] == 1


def taken(suggestion: int | None) -> PersonRead:
    return PersonRead(None, 0.2, 0.2, SEVEN, suggestion=suggestion)
