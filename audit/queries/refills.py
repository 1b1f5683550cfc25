"""What a refilled log has still to tell the rooms: until they are told, nothing is served and nothing recorded."""

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.models import QuerySet

from audit.models import Event, Refill
from audit.queries.retelling import BATCH, Read, T, legible


def unreplayed(*, using: str = DEFAULT_DB_ALIAS) -> QuerySet[Refill]:
    """Refills of which the rooms have not been told, oldest first."""
    return Refill.objects.using(using).filter(replayed_at__isnull=True).order_by("pk")


def is_replayed() -> bool:
    """Whether the rooms have been told of every refill; also no when the database does not answer."""
    try:
        return not unreplayed().exists()
    except DatabaseError:
        return False


def needs_replay() -> bool:
    """Whether a refill waits for `manage.py replay_erasures`. Raises DatabaseError."""
    return unreplayed().exists()


def retold(*actions: str, first: int, size: int, read: Read[T]) -> Iterator[tuple[Event, T]]:
    """The entries of these kinds from index `first` up to `size` (left out) in order, with what `read` makes of them.

    Entries that do not fit their kind are left out: `fsck` names them.
    """
    entries = Event.objects.filter(action__in=actions, index__gte=first, index__lt=size).order_by("index")
    found = legible(entries.defer("leaf_hash", "chain").iterator(chunk_size=BATCH), read)
    return ((entry, fields) for entry, fields in found if fields is not None)
