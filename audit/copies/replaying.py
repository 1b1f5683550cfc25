"""Telling the rooms what a refilled log holds and their restored tables do not: erasures first of all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.models import EventKind, Head, Refill

REPLAYED: Final = EventKind(
    "log:replayed",
    "After a restored backup the tables were told what entries {first} to {size} say; rows brought there: {rows}.",
    ("first", "size", "rows"),
)
# Whoever replays may record: keys that the newest key copy lacks are noted as destroyed.
_replaying: Final[ContextVar[bool]] = ContextVar("replaying", default=False)


class NothingToReplay(RuntimeError):
    """No refill waits, and no index was named from which to replay."""


class Replayer(Protocol):
    """A room's part (settings.LOG_REPLAYERS): bring its rows to where the entries say they are; idempotent."""

    def __call__(self, *, first: int, size: int) -> int:
        """Replay entries `first` up to `size`, left out; how many rows were changed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The span of entries that the rooms were told of, and how many rows each brought to where they say."""

    first: int
    size: int
    rows: dict[str, int]


def is_replaying() -> bool:
    """Whether this is the replay itself, which may record while nobody else may."""
    return _replaying.get()


def replay(*, record: Callable[[Replayed], None], start: int | None = None) -> Replayed:
    """Tell every room of what was refilled (from index `start` on, when one is named), then open the site.

    Each room commits its own part, and all of them can be told again. The refills are marked as replayed, and `record`
    is called, in one last transaction: cut short anywhere before, the site stays closed and this runs again. Raises
    NothingToReplay, and whatever a room raises that cannot follow.
    """
    refills = list(Refill.objects.filter(replayed_at__isnull=True))
    if not refills and start is None:
        raise NothingToReplay
    size = max([Head.objects.get().size, *(refill.size for refill in refills)])
    first = min([refill.first for refill in refills] + ([] if start is None else [start]))
    with _alone():
        rows = {name: import_string(name)(first=first, size=size) for name in settings.LOG_REPLAYERS}
        done = Replayed(first, size, rows)
        with transaction.atomic(durable=True):
            Refill.objects.filter(pk__in=[refill.pk for refill in refills]).update(replayed_at=timezone.now())
            record(done)
    return done


@contextmanager
def _alone() -> Iterator[None]:
    token = _replaying.set(True)
    try:
        yield
    finally:
        _replaying.reset(token)
