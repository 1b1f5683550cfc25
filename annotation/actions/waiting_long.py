"""Photos that have waited for long come before others."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from annotation.models import Task
from annotation.priorities import Priority
from annotation.transitions import TaskState


def raise_long_waits() -> int:
    """Let photos that have waited settings.LONG_WAIT_DAYS come before those without a stronger reason; how many."""
    since = timezone.now() - timedelta(days=settings.LONG_WAIT_DAYS)
    waiting = Task.objects.filter(state=TaskState.OPEN, waiting_since__lte=since, priority__lt=Priority.LONG_WAIT)
    return waiting.update(priority=Priority.LONG_WAIT)
