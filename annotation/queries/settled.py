"""The answers that count, and how many photos stand where."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotation.models import Reading, Search, Task
from annotation.transitions import TaskState
from audit.queries import absent, unlike


def settled() -> QuerySet[Reading]:
    """The reading that counts for each photo: the newest one of every task that is read, exclusions included."""
    later = Reading.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"))
    return Reading.objects.filter(~Exists(later), task__state=TaskState.READ).select_related("task")


def counts() -> dict[TaskState, int]:
    """How many tasks stand in each state; every state is named, with 0 where there is none."""
    found = dict(Task.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state.value, 0) for state in TaskState}


def being_checked() -> int:
    """How many photos wait for a reading or are being read; for the closed campaign's page."""
    found = counts()
    return found[TaskState.OPEN] + found[TaskState.LEASED]


def missing_by_log() -> Iterator[str]:
    """A line for each reading and each question that the log tells and the table does not know."""
    kinds = ("photo:read", "photo:excluded", "photo:undecided", "photo:taken_back")
    yield from absent("reading_unknown", *kinds, field="reading", rows=Reading.objects.all(), key="reading_id")
    yield from unlike({"search:asked": ("search_unknown", lambda _row: True)}, Search.objects.only("pk"))
