"""What the workbench, the lead and the releases read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from annotation.models import NotNow, Reading, Task
from annotation.transitions import TaskState
from audit.queries import absent

PUT_OFF_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """Why a person is handed nothing: photos others hold and until when, and photos this person put off."""

    held: int
    held_until: datetime | None
    put_off: int


def settled() -> QuerySet[Reading]:
    """The reading that counts for each photo: the newest one of every task that is read, exclusions included."""
    newest = Reading.objects.filter(task=OuterRef("task")).order_by("-id").values("pk")[:1]
    return Reading.objects.filter(task__state=TaskState.READ, pk=Subquery(newest)).select_related("task")


def lease_of(staff_id: UUID) -> Task | None:
    """The task this person holds just now, or None."""
    return (
        Task.objects.filter(state=TaskState.LEASED, leased_to_id=staff_id, leased_until__gt=timezone.now())
        .select_related("photo")
        .first()
    )


def counts() -> dict[TaskState, int]:
    """How many tasks stand in each state; every state is named, with 0 where there is none."""
    found = dict(Task.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state.value, 0) for state in TaskState}


def exclusions() -> dict[str, int]:
    """How many settled photos are out, by reason code, most first."""
    rows = settled().exclude(exclusion="").order_by().values_list("exclusion").annotate(n=Count("pk")).order_by("-n")
    return dict(rows)


def waiting_for(staff_id: UUID) -> Waiting:
    """Why this person is handed nothing just now."""
    held = Task.objects.filter(state=TaskState.LEASED).exclude(leased_to_id=staff_id)
    put_off = NotNow.objects.filter(staff_id=staff_id, at__gt=timezone.now() - PUT_OFF_FOR, task__state=TaskState.OPEN)
    return Waiting(
        held=held.count(), held_until=held.aggregate(until=Max("leased_until"))["until"], put_off=put_off.count()
    )


def missing_by_log() -> Iterator[str]:
    """A line for each reading that the log tells and the table does not know."""
    kinds = ("photo:read", "photo:excluded")
    yield from absent("reading_unknown", *kinds, field="reading", rows=Reading.objects.all(), key="reading_id")
