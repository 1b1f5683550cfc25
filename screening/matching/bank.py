"""All known lists of this site as one matcher, kept by each process and renewed when another one imported."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from screening.matching.flat import FlatIndex
from screening.matching.matcher import DISTANCE, Hashes, Match, Matcher
from screening.models import KnownList
from vault import actions as vault

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Bank:
    """The lists as they stood at one moment, and their versions."""

    indexes: Sequence[Matcher]
    versions: dict[str, int]

    def search(self, queries: Hashes, distance: int = DISTANCE) -> list[Match]:
        """As Matcher, over all lists."""
        return list(chain.from_iterable(index.search(queries, distance) for index in self.indexes))


@dataclass(frozen=True, slots=True)
class _Kept:
    """An index and the sealed object it was made of; an object never changes."""

    made_of: UUID
    index: FlatIndex


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()


def current() -> Bank:
    """Every list that was ever imported, as the database has it now. Raises what the vault raises for a lost list."""
    with _lock:
        for tried in range(1, _TRIES + 1):
            try:
                return _renewed()
            except (vault.ObjectGone, FileNotFoundError):
                # Another process imported while this one read: the next look finds the new object.
                if tried == _TRIES:
                    raise
    raise AssertionError("not reached")


def _renewed() -> Bank:
    lists = list(KnownList.objects.filter(version__gt=0).select_related("pdq__key").order_by("name"))
    standing = {row.name: row.pdq_id for row in lists if row.pdq_id}
    for name in [name for name, kept in _kept.items() if standing.get(name) != kept.made_of]:
        # Gone before the new one is loaded, so that both are never held.
        del _kept[name]
    for row in lists:
        if row.pdq is not None and row.name not in _kept:
            index = FlatIndex(row.name, vault.open_object(row.pdq), row.pdq_count)
            _kept[row.name] = _Kept(row.pdq.pk, index)
    return Bank([_kept[row.name].index for row in lists if row.name in _kept], {row.name: row.version for row in lists})
