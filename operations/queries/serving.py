"""Who serves the queues, by the heartbeats that workers leave."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from operations.conditions import SILENT_AFTER
from operations.models import Heartbeat

# The clock has no queue: whatever only it sends tells that it runs.
CLOCK: Final = "clock"


@dataclass(frozen=True, slots=True)
class Serving:
    """One queue, or the clock: when it was served last (None: never), since when its busiest task runs, by how many."""

    queue: str
    at: datetime | None
    working_since: datetime | None
    workers: int
    is_served: bool

    @property
    def seconds(self) -> float | None:
        """How long ago it was served last."""
        return None if self.at is None else max(0.0, (timezone.now() - self.at).total_seconds())


def serving() -> list[Serving]:
    """Every queue of the settings, and the clock."""
    now = timezone.now()
    beats: dict[str, list[Heartbeat]] = defaultdict(list)
    # What says that it was yet to come is swept; until then it says nothing.
    for beat in Heartbeat.objects.filter(at__lte=now + SILENT_AFTER):
        beats[beat.queue].append(beat)
    return [_of(queue, beats[queue], now) for queue in queues()]


def queues() -> list[str]:
    """The names of all queues, and the clock's."""
    return [*sorted(queue.name for queue in settings.CELERY_TASK_QUEUES), CLOCK]


def unserved() -> Iterator[str]:
    """The queues that nobody serves."""
    return (one.queue for one in serving() if not one.is_served)


def are_workers_there() -> bool:
    """Whether every queue is served, and the clock runs."""
    try:
        return not any(unserved())
    except DatabaseError:
        return False


def _of(queue: str, beats: list[Heartbeat], now: datetime) -> Serving:
    living = [beat for beat in beats if _is_there(beat, now)]
    since = [beat.working_since for beat in living if beat.working_since is not None]
    return Serving(
        queue=queue,
        at=max((beat.at for beat in beats), default=None),
        working_since=min(since, default=None),
        workers=len(living),
        is_served=bool(living),
    )


def _is_there(beat: Heartbeat, now: datetime) -> bool:
    """Whether the worker gave a sign lately, or is at a task that may still take its time."""
    if now - beat.at <= SILENT_AFTER:
        return True
    longest = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + SILENT_AFTER
    return beat.working_since is not None and now - beat.working_since <= longest
