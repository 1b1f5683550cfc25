"""One look at the whole site: what is found twice in a row raises an alarm, what is well twice in a row clears one."""

from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from operations.conditions import found
from operations.models import Alarm, Heartbeat, Look
from operations.queries import gather, newest_look, standing, unserved

# Two looks further apart than this are not in a row.
IN_A_ROW: Final = timedelta(minutes=5)
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
        if before is not None and now - before.at <= IN_A_ROW:
            _raise(set(seen.found) & set(before.found))
            _clear(set(seen.found) | set(before.found))
        Look.objects.filter(at__lt=now - timedelta(days=KEPT_DAYS)).delete()
        Heartbeat.objects.filter(at__lt=now - WORKER_KEPT).delete()
    return seen


def _raise(keys: set[str]) -> None:
    there = {alarm.key for alarm in standing()}
    for key in sorted(keys - there):
        code, _colon, about = key.partition(":")
        Alarm.objects.create(code=code, about=about)


def _clear(keys: set[str]) -> None:
    over = [alarm.pk for alarm in Alarm.objects.filter(cleared_at__isnull=True) if alarm.key not in keys]
    Alarm.objects.filter(pk__in=over).update(cleared_at=timezone.now())
