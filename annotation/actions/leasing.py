"""Handing out photos: a lease of minutes, one holder, nothing that the gate would not let through."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotation.actions.moving import move
from annotation.actions.opening import give_back
from annotation.models import NotNow, Task
from annotation.queries import PUT_OFF_FOR, lease_of
from annotation.transitions import TaskState
from screening import actions as screening
from screening import queries as gate

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
    if not leased(task_id, lease, staff_id).update(leased_until=until):
        raise LeaseLost


@transaction.atomic
def put_back(*, task_id: UUID, lease: UUID, staff_id: UUID, not_now: bool) -> None:
    """Give the photo back to the queue; with `not_now` this person is not handed it again within the hour."""
    task = leased(task_id, lease, staff_id).select_for_update().first()
    if task is None:
        return
    if not_now:
        NotNow.objects.create(task=task, staff_id=staff_id)
    move(task, TaskState.OPEN)


def release_expired() -> int:
    """Give every photo whose lease ran out back to the queue; returns how many."""
    return Task.objects.filter(state=TaskState.LEASED, leased_until__lte=timezone.now()).update(
        state=TaskState.OPEN, lease=None, leased_to=None, leased_until=None
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


def leased(task_id: UUID, lease: UUID, staff_id: UUID) -> QuerySet[Task]:
    """The task, as long as this person holds it under this lease."""
    return Task.objects.filter(
        pk=task_id, state=TaskState.LEASED, lease=lease, leased_to_id=staff_id, leased_until__gt=timezone.now()
    )
