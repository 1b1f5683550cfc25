"""The days that a withdrawal names: when copies are destroyed here, and when those of researchers have to be gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

# Holders are told by a clock and by mail: what is due late in the evening may go out on the next day.
ROOM = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Until when the holders of copies are told that a photo left, and until when they have to have deleted it.

    Both are the latest: they are told earlier when enough photos wait, or with the next version.
    `days` is how long they have.
    """

    told_by: datetime
    deleted_by: datetime
    days: int


def elsewhere(stopped_at: datetime | None = None) -> Elsewhere:
    """What is promised of copies outside when the use of a photo stopped then, or stops now."""
    told_by = (stopped_at or timezone.now()) + timedelta(days=settings.WITHDRAWAL_WAIT_DAYS) + ROOM
    return Elsewhere(told_by, told_by + timedelta(days=settings.REFRESH_DAYS), settings.REFRESH_DAYS)


def erased_by(now: datetime | None = None) -> datetime:
    """By when a photo withdrawn now is erased here."""
    return (now or timezone.now()) + timedelta(hours=settings.ERASED_WITHIN_HOURS)


def promised_by(erase_from: datetime) -> datetime:
    """The time by which erasure is promised: the wait, and a day for what has to follow it."""
    return erase_from + timedelta(hours=settings.ERASED_WITHIN_HOURS - settings.WITHDRAWAL_WAIT_HOURS)


def undoable_until(under_way: Iterable[datetime] = (), *, now: datetime | None = None) -> datetime:
    """Until when a withdrawal now can be taken back; earlier where erasing is `under_way` from an earlier time on."""
    return min([*under_way, (now or timezone.now()) + timedelta(hours=settings.WITHDRAWAL_WAIT_HOURS)])
