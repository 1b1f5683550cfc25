"""One look at the whole site: what is found twice in a row raises an alarm, what is well twice in a row clears one."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from operations.conditions import SILENT_AFTER, found, is_told
from operations.models import Alarm, Heartbeat, Look
from operations.queries import gather, newest_look, standing, unserved

KEPT_DAYS: Final = 7
# A worker of which nothing was heard for so long is another one's name by now.
WORKER_KEPT: Final = timedelta(days=1)
# Of transactions, so that two sweep workers look one after the other.
_LOCK: Final = 0x6D706D_01


def look() -> Look:
    """Keep what is found now; raise and clear alarms by it and the look before."""
    gathered = gather()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        now, before = timezone.now(), newest_look()
        seen = Look.objects.create(
            at=now,
            figures=dict(gathered.figures),
            found=sorted(found(gathered.figures, unserved(), bool(gathered.missing))),
        )
        # Two looks further apart are not in a row.
        if before is not None and now - before.at <= SILENT_AFTER:
            _raise(set(seen.found) & set(before.found))
            _clear(seen, before)
        _sweep(now)
    return seen


def _raise(keys: set[str]) -> None:
    there = {alarm.key for alarm in standing()}
    for key in sorted(keys - there):
        code, _colon, about = key.partition(":")
        Alarm.objects.create(code=code, about=about)


def _clear(*looks: Look) -> None:
    """End the alarms of which each of the looks says that there is no cause any more."""
    stand = Alarm.objects.filter(cleared_at__isnull=True)
    over = [
        alarm.pk
        for alarm in stand
        if all(alarm.key not in look.found and is_told(alarm.code, look.figures) for look in looks)
    ]
    stand.filter(pk__in=over).update(cleared_at=timezone.now())


def _sweep(now: datetime) -> None:
    Look.objects.filter(at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    # No worker's clock is so far ahead: such a sign would count for as long as somebody likes.
    Heartbeat.objects.filter(Q(at__lt=now - WORKER_KEPT) | Q(at__gt=now + SILENT_AFTER)).delete()
