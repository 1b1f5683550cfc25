"""Taking one certain photo again, whose lease was lost, if it is open to this person."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotation.actions.leasing import LeaseLost
from annotation.models import Task
from annotation.queries import is_open_to
from annotation.transitions import Stage, TaskState, check
from screening import queries as gate


@transaction.atomic
def take_again(*, task_id: UUID, staff_id: UUID, stages: Collection[Stage] = tuple(Stage)) -> Task:
    """Have this photo, which was held before, under a fresh lease; one that is held stays as it is.

    Raises LeaseLost when somebody else holds it, it is answered or put elsewhere, or the gate closed.
    """
    task = Task.objects.select_for_update().filter(pk=task_id, stage__in=stages).first()
    if task is None or not gate.is_servable(task.photo_id):
        raise LeaseLost
    if task.state == TaskState.LEASED and task.leased_to_id == staff_id:
        task.leased_until = _until()
        task.save(update_fields=["leased_until"])
        return task
    if not is_open_to(task, staff_id):
        raise LeaseLost
    lease(task, staff_id)
    return task


def lease(task: Task, staff_id: UUID) -> None:
    """Hand a locked task out to this person. Raises TransitionNotAllowed."""
    check(task.state, TaskState.LEASED)
    task.state = TaskState.LEASED
    task.lease, task.leased_to_id, task.leased_until = uuid4(), staff_id, _until()
    task.version += 1
    task.save()


def _until() -> datetime:
    return timezone.now() + timedelta(minutes=settings.LEASE_MINUTES)
