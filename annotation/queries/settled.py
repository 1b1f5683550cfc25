"""The answers that count, and how many photos stand where."""

from collections.abc import Iterator

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet

from annotation.models import Comparison, Reading, Search, Task
from annotation.transitions import Stage, TaskState
from audit.queries import absent, unlike
from contributions.models import Photo


def settled() -> QuerySet[Reading]:
    """The reading that counts for each photo: the newest one of every task that is read, exclusions included."""
    later = Reading.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"))
    return Reading.objects.filter(~Exists(later), task__state=TaskState.READ).select_related("task")


def with_settled(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """These photos, each with the alias `settled` for the reading that counts: NULL where there is none."""
    of_read = FilteredRelation("task__readings", condition=Q(task__state=TaskState.READ))
    later = Reading.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("settled"))
    return photos.alias(settled=of_read).filter(~Exists(later))


def confirmed() -> QuerySet[Reading]:
    """Those of the readings that count which two people agree on, or which an adjudicator gave."""
    compared = Comparison.objects.filter(second=OuterRef("pk"))
    return settled().filter(Q(stage=Stage.SETTLING) | Exists(compared))


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
