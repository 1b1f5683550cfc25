"""Taking one certain photo again, whose lease was lost, if it is open to this person."""

import secrets
from collections.abc import Collection
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from annotation.actions.leasing import LeaseLost, lease_end, make_room, one_at_a_time
from annotation.models import Task
from annotation.queries.idle import resting
from annotation.queries.lost import is_open_to
from annotation.queries.own_readings import own_readings
from annotation.transitions import Stage, TaskState, check
from screening import queries as gate

_VERSIONS: Final = 2**31 - 1


@transaction.atomic
def take_again(*, task_id: UUID, version: int, staff_id: UUID, stages: Collection[Stage] = tuple(Stage)) -> Task:
    """Have this photo, which was held before in this version, under a fresh lease; one that is held stays as it is.

    Raises LeaseLost when somebody held it since or holds it, it is answered or put elsewhere, the gate closed, or this
    person may be handed nothing more just now.
    """
    one_at_a_time(staff_id)
    task = Task.objects.select_for_update().filter(pk=task_id, stage__in=stages).first()
    if task is None or not gate.is_servable(task.photo_id):
        raise LeaseLost
    if task.state == TaskState.LEASED and task.leased_to_id == staff_id:
        task.leased_until = lease_end(timezone.now())
        task.save(update_fields=["leased_until"])
        return task
    if task.version != version or not is_open_to(task, staff_id) or resting(own_readings(staff_id)):
        raise LeaseLost
    lease(task, staff_id)
    return task


def lease(task: Task, staff_id: UUID) -> None:
    """Hand a locked task out to this person, within one_at_a_time. Raises TransitionNotAllowed."""
    make_room(staff_id, but_for=task.pk)
    check(task.state, TaskState.LEASED)
    task.state = TaskState.LEASED
    task.lease, task.leased_to_id, task.leased_until = uuid4(), staff_id, lease_end(timezone.now())
    task.version = 1 + secrets.randbelow(_VERSIONS)
    task.save()
