"""When a photo begins to wait for a reading, waits again, and is taken out of reading."""

import random
from uuid import UUID

from django.db import transaction

from annotation.actions.moving import move
from annotation.models import Reading, Task
from annotation.transitions import TaskState, check
from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from screening import queries as gate

OPENED = EventKind("task:opened", "Photo {photo} began to wait for a reading.", fields=("photo",))
REOPENED = EventKind("task:reopened", "{actor} opened photo {photo} for another reading.", fields=("photo",))
GIVEN_BACK = EventKind("task:given_back", "Photo {photo} was taken out of reading.", fields=("photo",))


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
            move(task, TaskState.READ)
            return
        move(task, TaskState.OPEN)
    record(OPENED, subject=str(photo_id), by="system", photo=str(photo_id))


@transaction.atomic
def reopen(*, task_id: UUID, by: str) -> None:
    """Let a photo be read once more; the reading so far stays on record. Raises TransitionNotAllowed."""
    task = Task.objects.select_for_update().get(pk=task_id)
    check(task.state, TaskState.OPEN)
    move(task, TaskState.OPEN)
    record(REOPENED, subject=str(task.photo_id), by=by, photo=str(task.photo_id))


@transaction.atomic
def give_back(*, photo_id: UUID) -> None:
    """Take a photo out of reading, whoever holds it; idempotent."""
    task = Task.objects.select_for_update().filter(photo_id=photo_id).exclude(state=TaskState.GIVEN_BACK).first()
    if task is None:
        return
    move(task, TaskState.GIVEN_BACK)
    record(GIVEN_BACK, subject=str(photo_id), by="system", photo=str(photo_id))


def forget_notes(*, photo_id: UUID) -> None:
    """Empty what was noted about a withdrawn photo in free words: it may repeat what is to be read on the print."""
    Reading.objects.filter(task__photo=photo_id).exclude(exclusion_note="").update(exclusion_note="")
