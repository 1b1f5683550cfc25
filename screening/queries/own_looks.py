"""How much one safety officer has looked at: for their own eyes, the day's limit and the break."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from screening.models import View
from screening.queries.stops import are_views_stopped

# A view for this reason is a look at a held photo.
REVEAL: Final = "reveal"


@dataclass(frozen=True, slots=True)
class OwnLooks:
    """Looks of one officer today and this week (UTC, from Monday), at most `cap` a day.

    `break_at` is when a break is due if the officer goes on looking, `break_until` when one that is due now is over;
    each empty when there is none. `is_stopped`: somebody else has to let the officer go on.
    """

    today: int
    week: int
    cap: int
    break_at: datetime | None
    break_until: datetime | None
    is_stopped: bool = False

    @property
    def is_capped(self) -> bool:
        """Whether the day's looks are used up."""
        return self.today >= self.cap

    @property
    def may_look(self) -> bool:
        """Whether a picture can be revealed now. Rulings by the facts go on in any case."""
        return not self.is_capped and not self.is_stopped and self.break_until is None


def looks_of(staff_id: UUID) -> OwnLooks:
    """What this officer has looked at, and whether they may go on."""
    now = timezone.now()
    midnight = datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
    monday = midnight - timedelta(days=now.weekday())
    rest = timedelta(minutes=settings.OFFICER_BREAK_MINUTES)
    # A stretch of looking can have begun before midnight on a Monday.
    first = min(monday, now - timedelta(minutes=settings.OFFICER_BREAK_AFTER_MINUTES) - 2 * rest)
    seen = View.objects.filter(staff=staff_id, reason=REVEAL, at__gte=first)
    times = list(seen.order_by("at").values_list("at", flat=True))
    break_at, break_until = _break(times, now, rest)
    return OwnLooks(
        today=sum(at >= midnight for at in times),
        week=sum(at >= monday for at in times),
        cap=settings.OFFICER_VIEWS_A_DAY,
        break_at=break_at,
        break_until=break_until,
        is_stopped=are_views_stopped(staff_id),
    )


def _break(times: Sequence[datetime], now: datetime, rest: timedelta) -> tuple[datetime | None, datetime | None]:
    """When a break is due, and until when one that is due lasts: counted from the last look, which began it."""
    if not times or now - times[-1] >= rest:
        return None, None
    begun = times[-1]
    for at in reversed(times):
        if begun - at >= rest:
            break
        begun = at
    due = begun + timedelta(minutes=settings.OFFICER_BREAK_AFTER_MINUTES)
    return (due, None) if now < due else (None, times[-1] + rest)
