"""The signs that workers leave: a row, or, from a worker that reaches no research database, a message about one."""

import contextlib
import logging
from datetime import datetime
from typing import Final

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError

from operations.models import Heartbeat

logger = logging.getLogger(__name__)
KEEP: Final = "operations.tasks.keep_heartbeat"
# A sweep that takes its time still writes what it was told meanwhile.
MESSAGE_LIVES_SECONDS: Final = 900
MOST_WORKERS: Final = 20


def beat(*, queue: str, worker: str, is_working: bool) -> None:
    """Leave a sign: this worker takes tasks from the queue, and begins one now or has ended it. Never fails."""
    now = timezone.now()
    since = now if is_working else None
    if queue in settings.TOLD_BY_MESSAGE:
        words = [queue, worker, now.isoformat(), since.isoformat() if since else None]
        with contextlib.suppress(OperationalError, OSError):
            current_app.send_task(KEEP, args=words, queue="sweep", expires=MESSAGE_LIVES_SECONDS, retry=False)
        return
    try:
        keep(queue=queue, worker=worker, at=now, working_since=since)
    except DatabaseError as error:
        logger.warning("No sign was left: %s", type(error).__name__)


def keep_told(*, queue: str, worker: str, at: datetime, working_since: datetime | None) -> None:
    """Write the sign that a message told, as far as whoever reaches the broker may say it. Raises DatabaseError.

    It is of a queue that tells by messages, and of no time to come. Of a queue so many workers are kept as could be.
    """
    if queue not in settings.TOLD_BY_MESSAGE:
        return
    at = min(at, timezone.now())
    keep(queue=queue, worker=worker, at=at, working_since=working_since and min(working_since, at))
    signs = Heartbeat.objects.filter(queue=queue)
    signs.exclude(pk__in=signs.order_by("-at").values("pk")[:MOST_WORKERS]).delete()


def keep(*, queue: str, worker: str, at: datetime, working_since: datetime | None) -> None:
    """Write the sign of one worker, in one statement. Raises DatabaseError."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(queue=queue, worker=worker, at=at, working_since=working_since)],
        update_conflicts=True,
        unique_fields=["queue", "worker"],
        update_fields=["at", "working_since"],
    )
