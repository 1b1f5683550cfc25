"""The desk in numbers: what holds photos, and how long people wait for a ruling."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from screening.models import Verdict
from screening.queries.desk import kinds_waiting
from screening.queries.reasons import label_of
from screening.transitions import VerdictState

WEEKS: Final = 26
STOPPED: Final = frozenset({VerdictState.HELD, VerdictState.LOCKED})
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ruled:
    """One ruling of an officer: when, and how long the photo had been stopped."""

    at: datetime
    waited: timedelta


def holds_by_reason() -> dict[str, Any]:
    """What _components/chart_table.html draws: how many photos are held now, for each kind of reason."""
    kinds = kinds_waiting()
    most = max((number for _kind, number in kinds), default=1)
    return {
        "columns": [_("Reason"), _("Held photos")],
        "bars": [{"label": label_of(kind), "value": number, "share": 100 * number / most} for kind, number in kinds],
        "rows": [[label_of(kind), number] for kind, number in kinds],
    }


def time_to_ruling() -> dict[str, Any]:
    """What charts.js draws, and its table: hours from hold to ruling by week (UTC), median and longest."""
    weeks = _by_week(_rulings(_first_week()))
    starts = sorted(weeks)
    hours = {start: [waited / HOUR for waited in weeks[start]] for start in starts}
    return {
        # One week alone is a row, not a picture.
        "plot": "time-to-ruling" if len(starts) > 1 else "",
        "drawn": {
            "title": _("From hold to ruling"),
            "unit": "h",
            "x": [int(datetime.combine(start, time(), tzinfo=UTC).timestamp()) for start in starts],
            "series": [
                {"label": _("median"), "y": [round(median(hours[start]), 2) for start in starts]},
                {"label": _("longest"), "y": [round(max(hours[start]), 2) for start in starts]},
            ],
        },
        "columns": [_("Week from"), _("Rulings"), _("Median (h)"), _("Longest (h)")],
        "rows": [
            [str(start), len(hours[start]), f"{median(hours[start]):.1f}", f"{max(hours[start]):.1f}"]
            for start in reversed(starts)
        ],
    }


def _first_week() -> date:
    today = timezone.now().date()
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def _rulings(since: date) -> list[Ruled]:
    """Rulings by officers since this day that ended a wait, each with the time since the photo was stopped."""
    begun = datetime.combine(since, time(), tzinfo=UTC)
    photos = Verdict.objects.filter(by__startswith="staff:", at__gte=begun).order_by().values("photo")
    rows = Verdict.objects.filter(photo__in=photos).order_by("photo", "id").values_list("photo", "state", "by", "at")
    return [ruled for ruled in _waits(rows.iterator()) if ruled.at >= begun]


def _waits(rows: Iterable[tuple[UUID, str, str, datetime]]) -> Iterable[Ruled]:
    """From the verdict that stopped a photo until an officer's ruling; verdicts by photo, in their order."""
    of, since = None, None
    for photo, state, by, at in rows:
        if photo != of:
            of, since = photo, None
        if since is not None and by.startswith("staff:"):
            yield Ruled(at, at - since)
            since = None
        if state not in STOPPED:
            since = None
        elif since is None:
            since = at


def _by_week(rulings: Iterable[Ruled]) -> Mapping[date, list[timedelta]]:
    weeks: dict[date, list[timedelta]] = defaultdict(list)
    for ruled in rulings:
        day = ruled.at.astimezone(UTC).date()
        weeks[day - timedelta(days=day.weekday())].append(ruled.waited)
    return weeks
