"""What staff answer: one transaction, once, checked against the lease and the photo."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, UUIDField
from django.db.models.functions import JSONObject
from django.utils import timezone

from annotation.actions import fitting
from annotation.actions.keeping import keep_covers, keep_people, reading_of
from annotation.actions.leasing import LeaseLost
from annotation.actions.recording import record_answer
from annotation.actions.showing_text import destroy_text
from annotation.actions.staging import go_on
from annotation.answers import AnswerNotValid, Said
from annotation.models import Answer, Exclusion, Reading, ReadingPerson, Suggestion, Task, TextSearch
from annotation.queries.rounds import DECIDED, standing_answers
from annotation.transitions import Stage, TaskState
from consent.queries import Anew, Prepared
from contributions.models import Person, Photo
from screening import actions as screening
from screening import queries as gate


class TakenBack(Exception):
    """This very answer was kept, and its giver took it back since."""


@transaction.atomic
def submit(
    *,
    task_id: UUID,
    lease: UUID,
    version: int,
    key: UUID,
    staff_id: UUID,
    said: Said,
    seconds: int = 0,
    stages: Collection[Stage] = tuple(Stage),
) -> Reading:
    """One person's answer, for a task at one of the `stages` that the person may answer.

    What was read on the print is destroyed once nobody needs it: with the answer that settles the photo. A photo that
    is said to be unsafe is out of everybody's sight at once, until a safety officer has decided.

    The same `key` twice is one reading. Raises LeaseLost when it is not this person's any more or the gate closed,
    TakenBack when the reading of this key was taken back, AnswerNotValid when the answer does not fit the photo; then
    nothing is kept.
    """
    if said.exclusion == Exclusion.UNSAFE:
        # Photos are locked before their tasks, here as everywhere.
        Photo.objects.select_for_update(of=("self",)).filter(task=task_id).first()
    task = next(iter(_LOCKED.rows(task=task_id)), None)
    if task is None or not _is_held(task, lease, version, staff_id) or task.stage not in stages:
        return _kept(key, staff_id, task_id)
    if not gate.is_servable(task.photo_id):
        raise LeaseLost
    marks = {UUID(mark["id"]): (mark["x"], mark["y"]) for mark in task.marks}
    fitting.check(said, stage=task.stage, marks=frozenset(marks), size=(task.width, task.height))
    reading = reading_of(said)
    reading.task, reading.by_id, reading.key = task, staff_id, key
    reading.stage, reading.seconds = task.stage, seconds
    reading.adopts = _adopted(task, said)
    try:
        reading.save(force_insert=True)
    except IntegrityError:
        # A key that stands for another answer is none that our page has drawn.
        raise AnswerNotValid("shape") from None
    people: list[ReadingPerson] = []
    if said.kind == Answer.PEOPLE:
        people = keep_people(reading, said.people, marks=marks, faces=task.faces)
        keep_covers(reading, said)
    _close(task, reading)
    record_answer(reading, said, moved=sum(row.moved for row in people), suggested=sum(row.suggested for row in people))
    return reading


def _kept(key: UUID, staff_id: UUID, task_id: UUID) -> Reading:
    """The reading of this key that is kept already. Raises LeaseLost without one, TakenBack when it does not stand."""
    done = Reading.objects.select_related("taken_back").filter(key=key, by_id=staff_id, task_id=task_id).first()
    if done is None:
        raise LeaseLost
    if hasattr(done, "taken_back"):
        raise TakenBack
    return done


def _is_held(task: Task, lease: UUID, version: int, staff_id: UUID) -> bool:
    """Whether this person holds a locked task under this lease and in this version."""
    if task.state != TaskState.LEASED or task.leased_until is None:
        return False
    held = (task.lease, task.version, task.leased_to_id) == (lease, version, staff_id)
    return held and task.leased_until > timezone.now()


def _locked(task: Anew) -> QuerySet[Task]:
    """The task, locked, with what an answer is checked against."""
    persons = Person.objects.filter(photo=OuterRef("photo")).order_by()
    faces = Suggestion.objects.filter(photo=OuterRef("photo"), kind=Suggestion.Kind.FACE).order_by()
    tasks = Task.objects.filter(pk=task).select_for_update(of=("self",))
    return tasks.annotate(
        width=F("photo__width"),
        height=F("photo__height"),
        marks=ArraySubquery(persons.values(json=JSONObject(id="pk", x="x", y="y"))),
        faces=ArraySubquery(faces.values("pk")),
        has_text=Exists(TextSearch.objects.filter(pk=OuterRef("photo"), read__isnull=False)),
    )


def _adopted(task: Task, said: Said) -> Reading | None:
    """The reading that is found right. Raises AnswerNotValid for one that decided nothing, or does not stand."""
    if said.adopts is None:
        return None
    decided = standing_answers().filter(task=task, answer__in=DECIDED)
    found = decided.filter(reading_id=said.adopts).first() if task.stage == Stage.SETTLING else None
    if found is None:
        raise AnswerNotValid("shape")
    return found


def _close(task: Any, reading: Reading) -> None:
    go_on(task, reading)
    if task.has_text and task.state == TaskState.READ:
        destroy_text(photo_id=task.photo_id)
    if reading.exclusion == Exclusion.UNSAFE:
        screening.report_unsafe(photo_id=task.photo_id, staff_id=reading.by_id)


_LOCKED: Final = Prepared("mpm_task_to_answer", _locked, task=UUIDField())
