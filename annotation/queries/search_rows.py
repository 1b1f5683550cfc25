"""What a question found, as rows of text: no address of any picture is among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from annotation import vocabulary
from annotation.models import Answer, Reading, ReadingPerson, Task
from annotation.queries.naming import name_of
from annotation.searching.criteria import APART, Standing
from annotation.transitions import Stage, TaskState
from contributions.models import Person
from screening import queries as gate

PAGE: Final = 50
_STAGES: Final = {
    Stage.FIRST: Standing.WAITING,
    Stage.SECOND: Standing.SECOND,
    Stage.SETTLING: Standing.SETTLING,
}
_TAGS: Final = {Standing.READ: "good", Standing.EXCLUDED: "neutral", Standing.SETTLING: "warning"}


@dataclass(frozen=True, slots=True)
class Row:
    """One photo in words. `ages` in years, in order of the people; `is_read`: they and their number are as read.

    Else they are what the giver said. The decade always is; None where nobody said one. `at` is when the photo was
    read, or since when it waits. `is_stopped`: the gate says no just now, so that nothing of it is told.
    """

    photo: UUID
    people: int
    ages: Sequence[Decimal | None]
    is_read: bool
    decade: int | None
    terms: Sequence[str]
    standing: Standing
    exclusion: str
    at: datetime
    is_stopped: bool = False

    @property
    def short(self) -> str:
        """The beginning of the photo's id, as pages show it."""
        return name_of(self.photo)

    @property
    def aged(self) -> str:
        """The ages beside each other, a question mark for one that nobody said; empty where there is none."""
        return ", ".join("?" if age is None else f"{age:.2f}".rstrip("0").rstrip(".") for age in self.ages)

    @property
    def is_settled(self) -> bool:
        """Whether somebody's answer stands, so that `at` is when it was given."""
        return self.standing in {Standing.READ, Standing.EXCLUDED}

    @property
    def tag(self) -> str:
        """The shape and colour of where it stands, as _components/tag.html has them."""
        return _TAGS.get(self.standing, "waiting")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer; `newer` and `older` are the keys of the pages beside it, None where there is none."""

    rows: Sequence[Row]
    newer: UUID | None
    older: UUID | None


def found_page(
    parts: Sequence[QuerySet[Task]],
    *,
    after: UUID | None = None,
    before: UUID | None = None,
    is_blind: bool = False,
) -> Page:
    """Up to PAGE rows of what was found (searching.matching), after or before the task of that id.

    A key that names no task begins at the start. `is_blind`: for somebody who must not learn what a photo waits for.
    """
    named = after or before
    key = Task.objects.filter(pk=named).first() if named else None
    backwards = key is not None and after is None
    found = [task for part in parts for task in _beside(part, key, backwards=backwards)[: PAGE + 1]]
    found.sort(key=lambda task: (task.created_at, task.pk), reverse=not backwards)
    more, tasks = len(found) > PAGE, found[:PAGE]
    if backwards:
        tasks.reverse()
    has_newer, has_older = (more, True) if backwards else (key is not None, more)
    return Page(
        rows=_rows(tasks, is_blind=is_blind),
        newer=tasks[0].pk if tasks and has_newer else None,
        older=tasks[-1].pk if tasks and has_older else None,
    )


def _beside(tasks: QuerySet[Task], key: Task | None, *, backwards: bool) -> QuerySet[Task]:
    if key is None:
        return tasks
    if backwards:
        newer = Q(created_at__gt=key.created_at) | Q(pk__gt=key.pk)
        return tasks.filter(newer, created_at__gte=key.created_at).order_by("created_at", "pk")
    older = Q(created_at__lt=key.created_at) | Q(pk__lt=key.pk)
    return tasks.filter(older, created_at__lte=key.created_at)


def _rows(tasks: Sequence[Task], *, is_blind: bool) -> list[Row]:
    persons = Prefetch("photo__persons", Person.objects.order_by("number"))
    prefetch_related_objects(tasks, "photo", persons)
    newest = _newest_readings([task for task in tasks if task.state == TaskState.READ])
    shown = gate.servable_among(task.photo_id for task in tasks)
    rows = [_row(task, newest.get(task.pk)) for task in tasks]
    rows = [row if row.photo in shown else _stopped(row) for row in rows]
    return [_alike(row, task) for row, task in zip(rows, tasks, strict=True)] if is_blind else rows


def _stopped(row: Row) -> Row:
    """The row without a word about the photo."""
    return replace(row, people=0, ages=(), is_read=False, decade=None, terms=(), exclusion="", is_stopped=True)


def _alike(row: Row, task: Task) -> Row:
    """The row as it is whatever reading its photo waits for."""
    if row.is_settled:
        return row
    standing = Standing.OPEN if row.standing in APART else row.standing
    return replace(row, standing=standing, at=task.created_at)


def _newest_readings(tasks: Sequence[Task]) -> dict[UUID, Reading]:
    """The reading that counts for each of these tasks, which are read, with its people."""
    persons = Prefetch("persons", ReadingPerson.objects.order_by("number"))
    readings = Reading.objects.filter(task__in=tasks).order_by("task", "-pk").distinct("task")
    return {reading.task_id: reading for reading in readings.prefetch_related(persons)}


def _row(task: Task, reading: Reading | None) -> Row:
    photo, counted = task.photo, reading if reading and reading.answer == Answer.PEOPLE else None
    persons: Sequence[ReadingPerson | Person] = [*(counted or photo).persons.all()]
    return Row(
        photo=task.photo_id,
        people=counted.people_count if counted else len(persons),
        ages=[person.age_years for person in persons],
        is_read=counted is not None,
        decade=photo.taken_decade,
        terms=[vocabulary.label(term) for term in reading.terms if vocabulary.is_term(term)] if reading else (),
        standing=_standing(task, reading),
        exclusion=reading.get_exclusion_display() if reading and reading.exclusion else "",
        at=reading.at if reading else task.waiting_since,
    )


def _standing(task: Task, reading: Reading | None) -> Standing:
    if task.state == TaskState.LEASED:
        return Standing.LEASED
    if reading is None:
        return _STAGES[Stage(task.stage)]
    return Standing.EXCLUDED if reading.answer == Answer.EXCLUDED else Standing.READ
