"""Pages of the safety officers' queue by key: the next one begins behind the last photo of this one.

However many photos were ruled on or came meanwhile, none is skipped and none comes twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.db.models import Q, QuerySet

from contributions.models import Photo
from screening.queries import desk

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = attrgetter("passed", "waits_since", "pk")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo stands in the queue: whether this officer passed it on, since when it waits, its id."""

    passed: bool
    since: datetime
    photo_id: UUID

    def __str__(self) -> str:
        """As an address has it: `0-1767225600000000-…`, the time in microseconds since 1970."""
        return f"{self.passed:d}-{(self.since - EPOCH) // _MICROSECOND}-{self.photo_id.hex}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some photos of the queue, and the place from which the next page goes on (None on the last page)."""

    photos: list[Photo]
    goes_on: Place | None


def place(text: str) -> Place | None:
    """The place that an address names; None for anything that is none."""
    try:
        passed, since, photo_id = text.split("-")
        return Place(bool(int(passed)), EPOCH + int(since) * _MICROSECOND, UUID(photo_id))
    except (ValueError, OverflowError):
        return None


def page(waiting: QuerySet[Photo], after: Place | None) -> Page:
    """The first photos of desk.waiting, or the first behind a place."""
    shown = list((waiting.filter(_behind(after)) if after else waiting)[: desk.SHOWN + 1])
    more = len(shown) > desk.SHOWN
    return Page(shown[: desk.SHOWN], Place(*_PLACE(shown[desk.SHOWN - 1])) if more else None)


def _behind(after: Place) -> Q:
    same = Q(passed=after.passed)
    later = Q(waits_since__gt=after.since) | Q(waits_since=after.since, pk__gt=after.photo_id)
    return (same & later) if after.passed else Q(passed=True) | (same & later)
