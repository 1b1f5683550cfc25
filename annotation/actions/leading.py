"""What a lead does to the queue: have a photo read again, leave it to somebody, exclude many for one reason."""

from collections.abc import Collection
from typing import Final
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction

from annotation.actions import fitting
from annotation.actions.keeping import reading_of
from annotation.actions.moving import move
from annotation.actions.recording import record_answer
from annotation.actions.showing_text import destroy_text
from annotation.answers import AnswerNotValid, Said
from annotation.models import Answer, Exclusion, NotNow, Reading, Task, TextSearch
from annotation.priorities import priority_of
from annotation.queries.excluding import Excludable, excludable
from annotation.queries.exposure import annotators
from annotation.transitions import FOR_ANNOTATORS, Stage, TaskState, TransitionNotAllowed
from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo

REOPENED = EventKind("task:reopened", "{actor} opened photo {photo} for another reading.", fields=("photo",))
LEFT = EventKind("task:left", "{actor} left photo {photo} to {to}.", fields=("photo", "to"), optional=("taken_from",))
FREED = EventKind(
    "task:left_freed",
    "Photo {photo} was left to {to}, who does not read any more: it waits for everybody.",
    ("photo", "to"),
)
EVERYBODY: Final = "everybody"
# One transaction, and a list that a lead can still look through.
MOST_AT_ONCE: Final = 500


class NotForThisPerson(Exception):
    """The person is no annotator, or gave the reading that this photo waits for a second opinion on."""


class TooMany(Exception):
    """More photos than are excluded at once."""


@transaction.atomic
def reopen(*, task_id: UUID, staff_id: UUID) -> None:
    """Let a settled photo be read once more from the start; the readings so far stay on record.

    Raises Task.DoesNotExist, or TransitionNotAllowed for one that is not settled.
    """
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.state != TaskState.READ:
        raise TransitionNotAllowed(f"a task that is {task.state} is not settled")
    task.first_by = None
    move(task, TaskState.OPEN, stage=Stage.FIRST)
    record(REOPENED, subject=str(task.photo_id), by=f"staff:{staff_id}", photo=str(task.photo_id))


@transaction.atomic
def reassign(*, task_id: UUID, to: UUID | None, staff_id: UUID) -> None:
    """Leave a photo that waits or is being read to one annotator, or (None) to everybody; a lease on it ends.

    Whom it is taken from is not handed it again within the hour, unless it is left to them. What an adjudicator settles
    is left to all of them. Raises Task.DoesNotExist, TransitionNotAllowed or NotForThisPerson.
    """
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.state not in {TaskState.OPEN, TaskState.LEASED}:
        raise TransitionNotAllowed(f"a task that is {task.state} is nobody's to read")
    if to is not None:
        _check_can_read(task, to)
    holder = task.leased_to_id
    task.meant_for_id = to
    if holder is not None:
        move(task, TaskState.OPEN)
    else:
        task.priority = priority_of(task)
        task.save(update_fields=["meant_for", "priority"])
    if holder not in {None, to}:
        NotNow.objects.create(task=task, staff_id=holder)
    photo = str(task.photo_id)
    record(
        LEFT,
        subject=photo,
        by=f"staff:{staff_id}",
        photo=photo,
        to=f"staff:{to}" if to else EVERYBODY,
        **({"taken_from": f"staff:{holder}"} if holder else {}),
    )


def _check_can_read(task: Task, to: UUID) -> None:
    if task.stage not in FOR_ANNOTATORS or task.first_by_id == to or to not in dict(annotators()):
        raise NotForThisPerson


@transaction.atomic
def leave_to_everybody() -> None:
    """Let photos wait for everybody that were left to somebody who does not read any more; the log says which."""
    readers = get_user_model()._default_manager.filter(is_active=True, groups__name="annotator").values("pk")
    left = Task.objects.filter(state=TaskState.OPEN, meant_for__isnull=False).exclude(meant_for__in=readers)
    for task in left.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
        photo, to = str(task.photo_id), f"staff:{task.meant_for_id}"
        task.meant_for_id = None
        task.priority = priority_of(task)
        task.save(update_fields=["meant_for", "priority"])
        record(FREED, subject=photo, by="system", photo=photo, to=to)


@transaction.atomic
def exclude_many(*, photo_ids: Collection[UUID], reason: str, note: str, staff_id: UUID) -> Excludable:
    """Exclude photos for one reason, each with a reading of the lead's own and an entry of the log.

    What cannot be excluded is left as it is; the answer says which were and which were not. "Unsafe" is none of the
    reasons: it closes the gate, which takes somebody who looks at the photo. Raises TooMany for more than MOST_AT_ONCE,
    AnswerNotValid for a reason that is none or lacks its words; then nothing changes.
    """
    if len(set(photo_ids)) > MOST_AT_ONCE:
        raise TooMany
    if reason == Exclusion.UNSAFE:
        raise AnswerNotValid("exclusion")
    said = Said(kind=Answer.EXCLUDED, exclusion=reason, note=note)
    fitting.check(said, stage=Stage.DONE, marks=frozenset())
    # Photos are locked before their tasks, here as everywhere, and several in the order of their ids.
    list(Photo.objects.select_for_update(of=("self",)).filter(pk__in=photo_ids).order_by("pk").values_list("pk"))
    found = excludable(photo_ids, staff_id, Task.objects.select_for_update(of=("self",)))
    photos = [task.photo_id for task in found.tasks]
    readings = Reading.objects.bulk_create(_reading(said, task, staff_id) for task in found.tasks)
    for reading in readings:
        if reading.task.state != TaskState.READ:
            move(reading.task, TaskState.READ, stage=Stage.DONE)
        record_answer(reading, said, moved=0, suggested=0)
    for search in TextSearch.objects.filter(pk__in=photos, read__isnull=False):
        destroy_text(photo_id=search.photo_id)
    return found


def _reading(said: Said, task: Task, staff_id: UUID) -> Reading:
    reading = reading_of(said)
    reading.task, reading.by_id, reading.key, reading.stage = task, staff_id, uuid4(), Stage.DONE
    return reading
