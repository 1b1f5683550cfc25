"""How the reading goes as a whole: how far, what waits and since when, how fast, what was excluded, who holds what."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotation.days import midnight, today
from annotation.models import Answer, Reading, Task
from annotation.queries.settled import settled
from annotation.transitions import Stage, TaskState
from audit.models import Event
from screening import queries as gate

PACE_DAYS: Final = 30
WAITS: Final = (Stage.FIRST, Stage.SECOND, Stage.SETTLING)
# The groups of the queue by the whole days that a photo has waited at least.
AGES: Final = tuple(sorted({0, 1, 3, settings.LONG_WAIT_DAYS, 14, 30}))
LATEST: Final = 20
FREED_DAYS: Final = 7
MOST_LEFT: Final = 50
# A worker counts more often than this; only where it does not, the page itself has to.
KEPT_SECONDS: Final = 3600
_USABLE: Final = "annotation:usable"
_ANSWERS: Final = (Answer.PEOPLE, Answer.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Usable:
    """How many settled photos may be used, and when they were counted."""

    number: int
    at: datetime


@dataclass(slots=True)
class AtStage:
    """What waits for one stage: photos by the group of AGES that they are in, and since when the oldest does."""

    stage: Stage
    by_age: dict[int, int] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def number(self) -> int:
        """How many photos wait."""
        return sum(self.by_age.values())

    def add(self, days: int, number: int, since: datetime) -> None:
        """Count so many more in one group, the oldest of them waiting since then."""
        self.by_age[days] = self.by_age.get(days, 0) + number
        self.since = since if self.since is None else min(self.since, since)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for each stage that somebody answers, in their order, without what is held; and photos by state."""

    stages: list[AtStage]
    states: dict[TaskState, int]


def usable() -> Usable:
    """Photos that are settled, not excluded and let through by the gate, as they were counted last."""
    found: tuple[int, datetime] | None = cache.get(_USABLE)
    return Usable(*found) if found else count_usable()


def count_usable() -> Usable:
    """Count them anew: the gate is asked about every photo, which takes seconds where there are many."""
    excluded = settled().filter(answer=Answer.EXCLUDED).values("task")
    photos = gate.servable().order_by().filter(task__state=TaskState.READ).exclude(task__in=excluded)
    found = Usable(photos.count(), timezone.now())
    cache.set(_USABLE, (found.number, found.at), KEPT_SECONDS)
    return found


def queue() -> Queue:
    """Where all photos stand, counted in one statement."""
    now = timezone.now()
    steps = [When(waiting_since__lte=now - timedelta(days=days), then=Value(days)) for days in reversed(AGES) if days]
    held_or_done = When(~Q(state=TaskState.OPEN), then=Value(0))
    age = Case(held_or_done, *steps, default=Value(0), output_field=IntegerField())
    rows = Task.objects.annotate(age=age).order_by().values_list("state", "stage", "age")
    states = dict.fromkeys(TaskState, 0)
    stages = {stage: AtStage(stage) for stage in WAITS}
    for state, stage, days, number, since in rows.annotate(Count("pk"), Min("waiting_since")):
        states[TaskState(state)] += number
        if state == TaskState.OPEN:
            stages[Stage(stage)].add(days, number, since)
    return Queue(list(stages.values()), states)


def pace() -> list[tuple[date, int, int]]:
    """How many photos were read and how many excluded on each of the last PACE_DAYS days (UTC), oldest first.

    A photo counts once, on the day of its newest answer, if that is one of these days.
    """
    first = today() - timedelta(days=PACE_DAYS - 1)
    since = midnight(first)
    # Whatever replaced an answer of these days is of these days, too.
    later = Reading.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"), at__gte=since)
    answers = Reading.objects.filter(~Exists(later), at__gte=since, answer__in=_ANSWERS).order_by()
    rows = answers.annotate(day=TruncDate("at", tzinfo=UTC)).values_list("day", "answer").annotate(Count("pk"))
    found = {(day, answer): number for day, answer, number in rows}
    days = (first + timedelta(days=number) for number in range(PACE_DAYS))
    return [(day, found.get((day, Answer.PEOPLE), 0), found.get((day, Answer.EXCLUDED), 0)) for day in days]


def excluded_by_reason() -> list[tuple[str, int]]:
    """How many settled photos are out, by the code of the reason, most first."""
    rows = settled().filter(answer=Answer.EXCLUDED).order_by().values_list("exclusion")
    return list(rows.annotate(number=Count("pk")).order_by("-number", "exclusion"))


def read_last() -> QuerySet[Reading]:
    """The newest settled answers, each with the id of its photo; `people_count` says how many people it has."""
    return settled().order_by("-pk")[:LATEST]


def held() -> QuerySet[Task]:
    """Photos that somebody holds just now, with their holders, by name."""
    now = timezone.now()
    rows = Task.objects.filter(state=TaskState.LEASED, leased_until__gt=now).select_related("leased_to")
    return rows.order_by("leased_to__name", "leased_to", "-leased_until")


def freed() -> int:
    """How many photos of the last FREED_DAYS days were left to somebody who reads no more, so that everybody may."""
    since = timezone.now() - timedelta(days=FREED_DAYS)
    return Event.objects.filter(action="task:left_freed", at__gte=since).count()


def left_to_somebody() -> QuerySet[Task]:
    """Photos that wait for one person because the lead left them to them, the longest wait first."""
    rows = Task.objects.filter(state=TaskState.OPEN, meant_for__isnull=False).select_related("meant_for")
    return rows.order_by("waiting_since")[:MOST_LEFT]
