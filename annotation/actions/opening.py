"""When a photo begins to wait for a reading, waits again, and is taken out of reading."""

import random
from typing import Final
from uuid import UUID

from django.db import transaction

from annotation.actions.moving import move
from annotation.models import Reading, Task
from annotation.priorities import Priority, rare_ages
from annotation.transitions import Stage, TaskState
from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from contributions.queries import coverage, staying
from screening import queries as gate

OPENED = EventKind("task:opened", "Photo {photo} began to wait for a reading.", fields=("photo",))
GIVEN_BACK = EventKind("task:given_back", "Photo {photo} was taken out of reading.", fields=("photo",))
# The sweep goes on with the rest.
AT_ONCE: Final = 50


@transaction.atomic
def open_task(*, photo_id: UUID) -> None:
    """Let a photo wait for a reading, if the gate lets it through; idempotent. An undone withdrawal opens it again."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if not gate.is_servable(photo_id):
        return
    priority = Priority.RARE_AGE if _has_rare_age(photo) else Priority.NOTHING
    # The order is drawn, not counted, so that photos of one sending do not come in a row. It is no secret.
    defaults = {"order": random.random(), "priority": priority}  # noqa: S311
    task, made = Task.objects.get_or_create(photo=photo, defaults=defaults)
    if not made:
        if task.state != TaskState.GIVEN_BACK:
            return
        # What was read before the withdrawal still holds when the person comes back.
        if task.stage == Stage.DONE:
            move(task, TaskState.READ)
            return
        move(task, TaskState.OPEN)
    record(OPENED, subject=str(photo_id), by="system", photo=str(photo_id))


def open_again() -> None:
    """Let photos wait again that were put aside while the gate was closed to them, a few at a time."""
    aside = staying().filter(task__state=TaskState.GIVEN_BACK).order_by("?")
    for photo_id in aside.values_list("pk", flat=True)[:AT_ONCE]:
        open_task(photo_id=photo_id)


def _has_rare_age(photo: Photo) -> bool:
    rare = rare_ages(coverage())
    ages = photo.persons.exclude(age_years=None).values_list("age_years", flat=True) if rare else ()
    return any(int(age) in rare for age in ages if age is not None)


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
    Reading.objects.filter(task__photo=photo_id).exclude(note="").update(note="")
