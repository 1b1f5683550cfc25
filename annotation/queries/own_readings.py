"""How much one person has read: for their own eyes, the day's limit and the break.

The figures are SQL, so that the hand-out asks and decides in one statement.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from annotation.days import midnight
from screening.queries import VIEWS_STOPPED

# An answer counts even if it was taken back; what a lead excluded unseen does not. What was put off was seen, too.
# A pause as long as a break begins a new stretch. `{who}` is whose figures these are.
_OF_ONE: Final = f"""
    SELECT count(*) FILTER (WHERE at >= %(midnight)s AND answer <> 'taken_back') AS today,
           (SELECT count(*) FROM annotation_notnow WHERE staff_id = {{who}} AND at >= %(midnight)s) AS put_off,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
               FILTER (WHERE at >= %(midnight)s AND answer <> 'taken_back') AS median,
           {VIEWS_STOPPED} AS stopped,
           max(at) AS last,
           max(at) FILTER (WHERE gap IS NULL OR gap >= %(rest)s) AS begun
      FROM (SELECT at, answer, seconds, at - lag(at) OVER (ORDER BY at) AS gap
              FROM annotation_reading
             WHERE by_id = {{who}} AND at >= %(first)s AND stage <> 'done') times"""  # noqa: S608 -- of our own words alone
FIGURES: Final = f"""
mine AS ({_OF_ONE.format(who="%(staff)s")}),
allowed AS (
    SELECT NOT stopped AND today + put_off < %(cap)s
           AND (last IS NULL OR %(now)s - last >= %(rest)s OR %(now)s - begun < %(stretch)s) AS so
      FROM mine)"""  # noqa: S608 -- of our own words alone
COLUMNS: Final = "mine.today, mine.put_off, mine.median, mine.last, mine.begun, mine.stopped"
FIGURES_LONG: Final = 6
NOTHING: Final = (0, 0, None, None, None, False)
_ASK: Final = f"WITH {FIGURES} SELECT {COLUMNS} FROM mine"  # noqa: S608 -- of our own words alone
_ASK_OF_MANY: Final = f"""
SELECT staff.id, mine.today, mine.put_off, NULL, mine.last, mine.begun, mine.stopped
  FROM unnest(%(staff)s::uuid[]) AS staff (id) CROSS JOIN LATERAL ({_OF_ONE.format(who="staff.id")}) mine
 WHERE mine.last IS NOT NULL OR mine.put_off > 0 OR mine.stopped"""  # noqa: S608 -- of our own words alone


@dataclass(frozen=True, slots=True)
class OwnReadings:
    """Photos that one person has answered today (UTC), and put off; at most `cap`, together.

    `median` is seconds an answered photo, for them alone.

    `break_at` is when a break is due if the person goes on, `break_until` when one that is due now is over; each empty
    when there is none. `day_over` is when the next day begins. `is_stopped`: somebody else has to let the person go on.
    """

    today: int
    put_off: int
    cap: int
    median: float | None
    break_at: datetime | None
    break_until: datetime | None
    day_over: datetime
    is_stopped: bool = False

    @property
    def seen(self) -> int:
        """Photos that count towards the day's limit."""
        return self.today + self.put_off

    @property
    def is_capped(self) -> bool:
        """Whether the day's photos are used up."""
        return self.seen >= self.cap


def own_readings(staff_id: UUID) -> OwnReadings:
    """What this person has read, and whether they may go on."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_ASK, parameters(staff_id, now))
        return figures_of(cursor.fetchone() or NOTHING, now)


def readings_of(staff_ids: Collection[UUID]) -> dict[UUID, OwnReadings]:
    """The same of those of these people who have read or put off anything lately, but for the seconds: for a lead."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_ASK_OF_MANY, parameters(list(staff_ids), now))
        return {person: figures_of(tuple(figures), now) for person, *figures in cursor.fetchall()}


def parameters(staff: UUID | list[UUID], now: datetime) -> dict[str, Any]:
    """What FIGURES asks for."""
    rest = timedelta(minutes=settings.READING_BREAK_MINUTES)
    stretch = timedelta(minutes=settings.READING_BREAK_AFTER_MINUTES)
    day = midnight(now.date())
    # A stretch can have begun before midnight.
    first = min(day, now - stretch - 2 * rest)
    return {
        "staff": staff,
        "now": now,
        "midnight": day,
        "first": first,
        "rest": rest,
        "stretch": stretch,
        "cap": settings.READINGS_A_DAY,
    }


def figures_of(row: tuple[Any, ...], now: datetime) -> OwnReadings:
    """The COLUMNS of FIGURES as values."""
    today, put_off, median, last, begun, stopped = row
    break_at, break_until = _break(last, begun, now)
    return OwnReadings(
        today=today,
        put_off=put_off,
        cap=settings.READINGS_A_DAY,
        median=median,
        break_at=break_at,
        break_until=break_until,
        day_over=midnight(now.date()) + timedelta(days=1),
        is_stopped=stopped,
    )


def _break(last: datetime | None, begun: datetime | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    rest = timedelta(minutes=settings.READING_BREAK_MINUTES)
    if last is None or begun is None or now - last >= rest:
        return None, None
    due = begun + timedelta(minutes=settings.READING_BREAK_AFTER_MINUTES)
    return (due, None) if now < due else (None, last + rest)
