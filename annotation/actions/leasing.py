"""Keeping and giving back what one holds, and the pictures of it."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotation.actions.moving import move
from annotation.models import NotNow, Task
from annotation.queries.leases import leased, leases_of
from annotation.transitions import Stage, TaskState
from screening import actions as screening
from screening.queries import TASK


class LeaseLost(Exception):
    """The photo is not this person's to answer any more: the lease ran out, another holds it, or it was withdrawn."""


@transaction.atomic
def renew_leases(
    *, leases: Collection[UUID], staff_id: UUID, stages: Collection[Stage] = tuple(Stage)
) -> tuple[datetime, frozenset[UUID]]:
    """Keep these photos for some more minutes, as far as they are this person's: until when, and which leases are.

    `stages` are those at which the person may answer; a photo at another is not kept.
    """
    until = lease_end(timezone.now())
    mine = leases_of(staff_id).filter(lease__in=leases, stage__in=stages).order_by("pk")
    kept = frozenset(lease for lease in mine.select_for_update().values_list("lease", flat=True) if lease is not None)
    mine.order_by().update(leased_until=until)
    return until, kept


@transaction.atomic
def put_back(*, task_id: UUID, lease: UUID, staff_id: UUID, not_now: bool) -> None:
    """Give the photo back to the queue; with `not_now` this person is not handed it again within the hour."""
    task = leased(task_id, lease, staff_id).select_for_update().first()
    if task is None:
        return
    if not_now:
        NotNow.objects.create(task=task, staff_id=staff_id)
    move(task, TaskState.OPEN)


def give_leases_back(*, leases: Collection[UUID], staff_id: UUID) -> None:
    """Give these photos back to the queue, as far as they are this person's; idempotent."""
    free(Task.objects.filter(state=TaskState.LEASED, lease__in=leases, leased_to=staff_id))


def give_all_back(staff_id: UUID) -> None:
    """Give back all that a person holds: at signing out."""
    free(Task.objects.filter(state=TaskState.LEASED, leased_to=staff_id))


def release_expired() -> int:
    """Give every photo whose lease ran out back to the queue; returns how many."""
    return free(Task.objects.filter(state=TaskState.LEASED, leased_until__lte=timezone.now()))


def view_photo(
    *, task_id: UUID, rendition: str, staff_id: UUID, stages: Collection[Stage] = tuple(Stage)
) -> Iterator[bytes]:
    """The picture (one of screening's RENDITIONS) of a photo that this person holds; the view is logged first.

    `stages` are those at which the person may answer.

    Raises LeaseLost or screening's NotServable and ViewsStopped; with that the photo goes back to the queue.
    """
    task = leases_of(staff_id).filter(pk=task_id, stage__in=stages).first()
    if task is None:
        raise LeaseLost
    try:
        return screening.view(
            photo_id=task.photo_id, rendition=rendition, staff_id=staff_id, reason=TASK, task_id=task.pk
        )
    except screening.ViewsStopped:
        free(Task.objects.filter(pk=task.pk, lease=task.lease))
        raise


def one_at_a_time(staff_id: UUID) -> None:
    """Wait, within a transaction, until no other request of this person is taking photos."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(staff_id.bytes[8:], signed=True)])


def make_room(staff_id: UUID, *, but_for: UUID) -> None:
    """Let this person hold one photo more: where that is too many, the last of those that wait goes back."""
    others = leases_of(staff_id).exclude(pk=but_for).values_list("pk", flat=True)
    free(Task.objects.filter(pk__in=list(others)[settings.READING_AHEAD :], leased_to=staff_id))


def lease_end(now: datetime) -> datetime:
    """Until when a photo is held that is handed out, or kept, just now."""
    return now + timedelta(minutes=settings.LEASE_MINUTES)


def free(tasks: QuerySet[Task]) -> int:
    """Give leased tasks back to the queue; how many."""
    return tasks.update(state=TaskState.OPEN, lease=None, leased_to=None, leased_until=None)
