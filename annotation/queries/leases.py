"""Which photos a person holds."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from annotation.models import Task
from annotation.transitions import TaskState

PUT_OFF_FOR: Final = timedelta(hours=1)


def leases_of(staff_id: UUID) -> QuerySet[Task]:
    """The tasks that this person holds just now, in the order in which they were handed out."""
    held = Task.objects.filter(state=TaskState.LEASED, leased_to_id=staff_id, leased_until__gt=timezone.now())
    return held.order_by("-priority", "order")


def held(staff_id: UUID) -> list[UUID]:
    """The ids of the tasks that this person holds just now."""
    return list(leases_of(staff_id).values_list("pk", flat=True))


def leased(task_id: UUID, lease: UUID, staff_id: UUID) -> QuerySet[Task]:
    """The task, as long as this person holds it under this lease."""
    return leases_of(staff_id).filter(pk=task_id, lease=lease).order_by()
