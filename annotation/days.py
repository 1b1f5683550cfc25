"""Days and weeks of UTC, by which everything here counts. Plain values, known to every layer of this room."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

# How a page writes a day, as Django's date filter has it: 3 Nov 2026.
DAY: Final = "j M Y"


def today() -> date:
    """The day that it is in UTC."""
    return timezone.now().astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), tzinfo=UTC)


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())
