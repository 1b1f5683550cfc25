"""Handing out photos, and what annotators answer. Each change and its event share one transaction."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotation.models import Exclusion, NotNow, Reading, ReadingPerson, Task
from annotation.queries import PUT_OFF_FOR, lease_of
from annotation.transitions import TaskState, check
from audit.actions import record
from audit.models import EventKind
from contributions.models import Person, Photo
from screening import actions as screening
from screening import queries as gate

OPENED = EventKind("task:opened", "Photo {photo} began to wait for a reading.", fields=("photo",))
READ = EventKind(
    "photo:read",
    "{actor} read photo {photo}; people found in it: {people}.",
    fields=("photo", "reading", "people", "moved", "cropped"),
    ties=(("photo", "reading"),),
)
EXCLUDED = EventKind(
    "photo:excluded",
    "{actor} excluded photo {photo}, for the reason {reason}.",
    fields=("photo", "reading", "reason"),
    ties=(("photo", "reading"),),
)
REOPENED = EventKind("task:reopened", "{actor} opened photo {photo} for another reading.", fields=("photo",))
GIVEN_BACK = EventKind("task:given_back", "Photo {photo} was taken out of reading.", fields=("photo",))

_TAKE = """
UPDATE annotation_task
   SET state = 'leased', lease = %(lease)s, leased_to_id = %(staff)s, leased_until = %(until)s, version = version + 1
 WHERE id = (
       SELECT task.id FROM annotation_task task
        WHERE task.state = 'open'
          AND NOT EXISTS (
              SELECT 1 FROM annotation_notnow later
               WHERE later.task_id = task.id AND later.staff_id = %(staff)s AND later.at > %(since)s)
        ORDER BY task.priority DESC, task."order"
        LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


class LeaseLost(Exception):
    """The photo is not this person's to answer any more: the lease ran out, another holds it, or it was withdrawn."""


class AnswerNotValid(Exception):
    """The answer does not fit the photo: a mark that is not there, a place outside, an age that is none."""


@dataclass(frozen=True)
class PersonRead:
    """One person as the annotator saw them: the contributor's mark (or None), place as fractions, age in years."""

    mark: UUID | None
    x: float
    y: float
    age_years: Decimal


@dataclass(frozen=True)
class Crop:
    """The picture without its border, as fractions of the rebuilt photo."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


@transaction.atomic
def open_task(*, photo_id: UUID) -> None:
    """Let a photo wait for a reading, if the gate lets it through; idempotent. An undone withdrawal opens it again."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if not gate.servable().filter(pk=photo_id).exists():
        return
    # The order is drawn, not counted, so that photos of one sending do not come in a row. It is no secret.
    task, made = Task.objects.get_or_create(photo=photo, defaults={"order": random.random()})  # noqa: S311
    if not made:
        if task.state != TaskState.GIVEN_BACK:
            return
        # What was read before the withdrawal still holds when the person comes back.
        if task.readings.exists():
            _move(task, TaskState.READ)
            return
        _move(task, TaskState.OPEN)
    record(OPENED, subject=str(photo_id), by="system", photo=str(photo_id))


def take_next(*, staff_id: UUID) -> Task | None:
    """The photo this person holds, else the next one of the queue under a fresh lease, else None.

    One statement under SKIP LOCKED hands out; what the gate no longer lets through is put aside and the next taken.
    """
    if held := lease_of(staff_id):
        if gate.servable().filter(pk=held.photo_id).exists():
            return held
        give_back(photo_id=held.photo_id)
    while task := _take(staff_id):
        if gate.servable().filter(pk=task.photo_id).exists():
            return task
        give_back(photo_id=task.photo_id)
    return None


def _take(staff_id: UUID) -> Task | None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "lease": uuid4(),
                "staff": staff_id,
                "until": now + timedelta(minutes=settings.LEASE_MINUTES),
                "since": now - PUT_OFF_FOR,
            },
        )
        row = cursor.fetchone()
    return Task.objects.select_related("photo").get(pk=row[0]) if row else None


def renew_lease(*, task_id: UUID, lease: UUID, staff_id: UUID) -> None:
    """Keep the photo for some more minutes; raises LeaseLost."""
    until = timezone.now() + timedelta(minutes=settings.LEASE_MINUTES)
    if not _leased(task_id, lease, staff_id).update(leased_until=until):
        raise LeaseLost


@transaction.atomic
def put_back(*, task_id: UUID, lease: UUID, staff_id: UUID, not_now: bool) -> None:
    """Give the photo back to the queue; with `not_now` this person is not handed it again within the hour."""
    task = _leased(task_id, lease, staff_id).select_for_update().first()
    if task is None:
        return
    if not_now:
        NotNow.objects.create(task=task, staff_id=staff_id)
    _move(task, TaskState.OPEN)


@transaction.atomic
def submit(
    *,
    task_id: UUID,
    lease: UUID,
    version: int,
    key: UUID,
    staff_id: UUID,
    people: Sequence[PersonRead],
    crop: Crop,
    exclusion: str = "",
    note: str = "",
    seconds: int = 0,
) -> Reading:
    """One annotator's answer: a reading of people, ages and crop, or an exclusion with its reason.

    The same `key` twice is one reading. Raises LeaseLost when it is not this person's any more or the gate closed,
    AnswerNotValid when the answer does not fit the photo; then nothing is kept.
    """
    if done := Reading.objects.filter(key=key, by_id=staff_id, task_id=task_id).first():
        return done
    task = _leased(task_id, lease, staff_id).filter(version=version).select_for_update().first()
    if task is None or not gate.servable().filter(pk=task.photo_id).exists():
        raise LeaseLost
    marks = {person.id: person for person in Person.objects.filter(photo_id=task.photo_id)}
    _check_answer(people, crop, exclusion, marks)
    reading = Reading.objects.create(
        task=task,
        by_id=staff_id,
        key=key,
        exclusion=exclusion,
        exclusion_note=note if exclusion else "",
        crop_left=crop.left,
        crop_top=crop.top,
        crop_right=crop.right,
        crop_bottom=crop.bottom,
        seconds=seconds,
    )
    if not exclusion:
        ReadingPerson.objects.bulk_create(_persons(reading, people, marks))
    _move(task, TaskState.READ)
    _record(reading, people, crop, moved=sum(row.moved for row in reading.persons.all()))
    return reading


def _check_answer(people: Sequence[PersonRead], crop: Crop, exclusion: str, marks: dict[UUID, Person]) -> None:
    if exclusion:
        if exclusion not in Exclusion.values:
            raise AnswerNotValid("exclusion")
        return
    used = [read.mark for read in people if read.mark is not None]
    if len(used) != len(set(used)) or any(mark not in marks for mark in used):
        raise AnswerNotValid("mark")
    if any(not (0 <= read.x <= 1 and 0 <= read.y <= 1) for read in people):
        raise AnswerNotValid("place")
    if any(not (0 <= read.age_years < 130) for read in people):
        raise AnswerNotValid("age")
    if not (0 <= crop.left < crop.right <= 1 and 0 <= crop.top < crop.bottom <= 1):
        raise AnswerNotValid("crop")


def _persons(reading: Reading, people: Sequence[PersonRead], marks: dict[UUID, Person]) -> Iterator[ReadingPerson]:
    for number, read in enumerate(people, start=1):
        mark = marks.get(read.mark) if read.mark else None
        yield ReadingPerson(
            reading=reading,
            person=mark,
            number=number,
            x=read.x,
            y=read.y,
            moved=mark is not None and (abs(mark.x - read.x) > 1e-4 or abs(mark.y - read.y) > 1e-4),
            age_years=read.age_years,
        )


def _record(reading: Reading, people: Sequence[PersonRead], crop: Crop, *, moved: int) -> None:
    photo, by = str(reading.task.photo_id), f"staff:{reading.by_id}"
    if reading.exclusion:
        record(EXCLUDED, subject=photo, by=by, photo=photo, reading=str(reading.reading_id), reason=reading.exclusion)
        return
    record(
        READ,
        subject=photo,
        by=by,
        photo=photo,
        reading=str(reading.reading_id),
        people=len(people),
        moved=moved,
        cropped=crop != Crop(),
    )


def view_photo(*, task_id: UUID, rendition: str, staff_id: UUID) -> Iterator[bytes]:
    """The picture (one of screening's RENDITIONS) of a photo that this person holds; the view is logged first.

    Raises LeaseLost or screening's NotServable.
    """
    task = Task.objects.filter(
        pk=task_id, state=TaskState.LEASED, leased_to_id=staff_id, leased_until__gt=timezone.now()
    ).first()
    if task is None:
        raise LeaseLost
    return screening.view(
        photo_id=task.photo_id, rendition=rendition, staff_id=staff_id, reason="task", task_id=task.pk
    )


@transaction.atomic
def reopen(*, task_id: UUID, by: str) -> None:
    """Let a photo be read once more; the reading so far stays on record. Raises TransitionNotAllowed."""
    task = Task.objects.select_for_update().get(pk=task_id)
    check(task.state, TaskState.OPEN)
    _move(task, TaskState.OPEN)
    record(REOPENED, subject=str(task.photo_id), by=by, photo=str(task.photo_id))


@transaction.atomic
def give_back(*, photo_id: UUID) -> None:
    """Take a photo out of reading, whoever holds it; idempotent."""
    task = Task.objects.select_for_update().filter(photo_id=photo_id).exclude(state=TaskState.GIVEN_BACK).first()
    if task is None:
        return
    _move(task, TaskState.GIVEN_BACK)
    record(GIVEN_BACK, subject=str(photo_id), by="system", photo=str(photo_id))


def forget_notes(*, photo_id: UUID) -> None:
    """Empty what was noted about a withdrawn photo in free words: it may repeat what is to be read on the print."""
    Reading.objects.filter(task__photo=photo_id).exclude(exclusion_note="").update(exclusion_note="")


def release_expired() -> int:
    """Give every photo whose lease ran out back to the queue; returns how many."""
    return Task.objects.filter(state=TaskState.LEASED, leased_until__lte=timezone.now()).update(
        state=TaskState.OPEN, lease=None, leased_to=None, leased_until=None
    )


def _leased(task_id: UUID, lease: UUID, staff_id: UUID) -> QuerySet[Task]:
    return Task.objects.filter(
        pk=task_id, state=TaskState.LEASED, lease=lease, leased_to_id=staff_id, leased_until__gt=timezone.now()
    )


def _move(task: Task, state: TaskState) -> None:
    """Move a task to any state but leased, which _take alone reaches; the lease ends."""
    check(task.state, state)
    task.state = state
    task.lease = task.leased_to = task.leased_until = None
    task.save(update_fields=["state", "lease", "leased_to", "leased_until"])
