"""Who of the staff looked at which photos, counted for the auditor as the auditor's own role; ids, never names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from audit.queries import AUDITOR
from screening.models import View
from screening.queries.stops import OUTSIDE

DAYS = 30
NAMED = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """How many views, of them outside of any task, for one day, person, rendition or reason."""

    of: str
    views: int
    outside: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """The views of the last DAYS days (UTC), oldest day first, people by most views; and the newest outside a task."""

    days: list[Tally]
    staff: list[Tally]
    renditions: list[Tally]
    reasons: list[Tally]
    newest_outside: list[View]

    @property
    def views(self) -> int:
        """How many there were."""
        return sum(tally.views for tally in self.days)

    @property
    def outside(self) -> int:
        """How many of them belonged to no task."""
        return sum(tally.outside for tally in self.days)


@dataclass(frozen=True, slots=True)
class _Count:
    day: date
    staff: UUID
    rendition: str
    reason: str
    outside: bool
    number: int


def exposure() -> Exposure:
    """What was looked at lately: one pass over the index by time, grouped in the database."""
    first = timezone.now().date() - timedelta(days=DAYS - 1)
    seen = View.objects.using(AUDITOR).filter(
        at__gte=datetime.combine(first, time(), tzinfo=timezone.get_default_timezone())
    )
    grouped = seen.order_by().annotate(day=TruncDate("at"), outside=OUTSIDE)
    columns = ("day", "staff_id", "rendition", "reason", "outside")
    counts = [_Count(*row) for row in grouped.values_list(*columns).annotate(Count("pk"))]
    by_day = {tally.of: tally for tally in _tallies((str(count.day), count) for count in counts)}
    days = [str(first + timedelta(days=number)) for number in range(DAYS)]
    return Exposure(
        days=[by_day.get(day, Tally(day, 0, 0)) for day in days],
        staff=_tallies((str(count.staff), count) for count in counts),
        renditions=_tallies((count.rendition, count) for count in counts),
        reasons=_tallies((count.reason, count) for count in counts),
        newest_outside=list(seen.filter(OUTSIDE).order_by("-at")[:NAMED]),
    )


def _tallies(counts: Iterable[tuple[str, _Count]]) -> list[Tally]:
    """Summed by name, the most first."""
    views: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for name, count in counts:
        views[name] += count.number
        outside[name] += count.number if count.outside else 0
    return [Tally(name, number, outside[name]) for name, number in views.most_common()]
