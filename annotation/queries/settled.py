"""The answers that count, and how many photos stand where."""

from collections.abc import Iterator

from django.db.models import Count, OuterRef, QuerySet, Subquery

from annotation.models import Reading, Task
from annotation.transitions import TaskState
from audit.queries import absent


def settled() -> QuerySet[Reading]:
    """The reading that counts for each photo: the newest one of every task that is read, exclusions included."""
    newest = Reading.objects.filter(task=OuterRef("task")).order_by("-id").values("pk")[:1]
    return Reading.objects.filter(task__state=TaskState.READ, pk=Subquery(newest)).select_related("task")


def counts() -> dict[TaskState, int]:
    """How many tasks stand in each state; every state is named, with 0 where there is none."""
    found = dict(Task.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state.value, 0) for state in TaskState}


def being_checked() -> int:
    """How many photos wait for a reading or are being read; for the closed campaign's page."""
    found = counts()
    return found[TaskState.OPEN] + found[TaskState.LEASED]


def exclusions() -> dict[str, int]:
    """How many settled photos are out, by reason code, most first."""
    rows = settled().exclude(exclusion="").order_by().values_list("exclusion").annotate(n=Count("pk")).order_by("-n")
    return dict(rows)


def missing_by_log() -> Iterator[str]:
    """A line for each reading that the log tells and the table does not know."""
    kinds = ("photo:read", "photo:excluded", "photo:undecided", "photo:taken_back")
    yield from absent("reading_unknown", *kinds, field="reading", rows=Reading.objects.all(), key="reading_id")
