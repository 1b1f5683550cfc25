"""A clock that a test puts forward."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from django.utils import timezone


class Clock:
    """Now, and what was added to it."""

    def __init__(self) -> None:
        """Start at the true time."""
        self._ahead = timedelta(0)
        self._true = timezone.now

    def now(self) -> datetime:
        """The time by this clock."""
        return self._true() + self._ahead

    def forward(self, days: float) -> None:
        """Put it forward."""
        self._ahead += timedelta(days=days)


@contextmanager
def clock() -> Iterator[Clock]:
    """Let everything that asks Django for the time ask this clock."""
    one = Clock()
    with patch("django.utils.timezone.now", one.now):
        yield one
