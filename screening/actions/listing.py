"""How a known list grows and shrinks: digests as keyed hashes in the database, PDQ hashes sealed in the vault.

With numpy, for lists of millions: imported by workers and commands, never by pages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from screening.actions.list_events import LIST_IMPORTED
from screening.hash_kinds import PDQ_BYTES, Hash
from screening.matching.streams import Change, Records, sorted_records
from screening.models import KnownDigest, KnownList
from vault import actions as vault
from vault import queries as keys
from vault.models import SealedObject

_AT_ONCE = 5000


class ListOfAnother(ValueError):
    """The list is filled from elsewhere: from files, or by an exchange. Two sources would undo one another."""


@dataclass(slots=True)
class Gathered:
    """Hashes by how they are kept: PDQ one after another, and keyed hashes of digests."""

    pdq: bytearray = field(default_factory=bytearray)
    keyed: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, hashes: Iterable[Hash]) -> "Gathered":
        """All of them; raises what reading them raises."""
        gathered = cls()
        for each in hashes:
            if each.kind == "pdq":
                gathered.pdq += each.value
            else:
                gathered.keyed.append(keyed_digest(each.value))
        return gathered

    def __len__(self) -> int:
        return len(self.pdq) // PDQ_BYTES + len(self.keyed)

    def records(self) -> Records:
        """The PDQ hashes, sorted, once each."""
        return sorted_records(self.pdq, PDQ_BYTES)


def keyed_digest(digest: bytes) -> bytes:
    """The keyed hash (32 bytes) under which a known-list digest is kept; the list itself is never stored."""
    return keys.keyed_digest("known-lists", digest)


def import_hashes(
    *, name: str, hashes: Iterable[Hash], by: str, retract: bool = False, source: str = "", material: str = ""
) -> int:
    """Add (or take back) hashes of a known list, raise its version, and return how many were given.

    Everything or nothing: whatever reading `hashes` raises leaves the list as it was. `source` is the exchange that
    fills the list, empty for files; raises ListOfAnother when it is filled from elsewhere. `material` is the class of
    what is listed (at most 60 characters); empty leaves what was said before.
    """
    given, none = Gathered.of(hashes), Gathered()
    with transaction.atomic():
        known = reserved(name, source)
        now = timezone.now()
        change(known, added=none if retract else given, taken=given if retract else none, by=by, at=now)
        known.checked_at = now
        known.material = material or known.material
        known.save(update_fields=["checked_at", "material"])
    return len(given)


@transaction.atomic
def empty(*, name: str, by: str) -> None:
    """Forget all that a list holds, and where its exchange stands; without such a list nothing happens.

    For a list whose sealed hashes are gone, as after a restored backup: nothing of it is read.
    """
    known = KnownList.objects.select_for_update().filter(pk=name).first()
    if known is None:
        return
    for sealed in (known.pdq, known.fresh, known.entries):
        if sealed is not None:
            vault.delete(sealed)
    now = timezone.now()
    digests = known.digests.filter(retracted_at__isnull=True).update(retracted_at=now)
    taken = known.pdq_count + digests
    known.pdq = known.fresh = known.entries = known.checkpoint = None
    known.pdq_count = known.fresh_count = 0
    known.version += 1
    known.imported_at = now
    known.save()
    record(LIST_IMPORTED, subject=name, by=by, name=name, version=known.version, added=0, taken=taken)


def reserved(name: str, source: str) -> KnownList:
    """The list, made when there is none, and nobody else's until this transaction ends; raises ListOfAnother."""
    known, _ = KnownList.objects.select_for_update().get_or_create(name=name, defaults={"source": source})
    if known.source != source:
        raise ListOfAnother(f"the list {name} is filled from {known.source or 'files'}")
    return known


def change(known: KnownList, *, added: Gathered, taken: Gathered, by: str, at: datetime) -> None:
    """Bring a reserved list to its next version. What is added and taken at once stays."""
    known.version += 1
    known.imported_at = at
    came, went = _change_pdq(known, added.records(), taken.records())
    came_too, went_too = _change_digests(known, added.keyed, set(taken.keyed) - set(added.keyed), at)
    if came + came_too and known.waiting_since is None:
        known.waiting_since = at
    known.save()
    record(
        LIST_IMPORTED,
        subject=known.name,
        by=by,
        name=known.name,
        version=known.version,
        added=came + came_too,
        taken=went + went_too,
    )
    if came + came_too + went + went_too:
        transaction.on_commit(_wake, robust=True)


def resealed(known: KnownList, old: SealedObject | None, pieces: Iterable[bytes]) -> SealedObject | None:
    """These pieces sealed in place of an old object, which goes when this is committed; None when they are empty."""
    if known.key is None:
        known.key = vault.new_key()
    new = vault.seal(key=known.key, data=pieces)
    if old is not None:
        vault.delete(old)
    if new.size:
        return new
    vault.delete(new)
    return None


def opened(obj: SealedObject | None) -> Iterable[bytes]:
    """What is sealed in it, in pieces; nothing for None."""
    return [] if obj is None else vault.open_object(obj)


def _change_pdq(known: KnownList, added: Records, taken: Records) -> tuple[int, int]:
    """Merge hashes into the sealed list, and what is new into what waits to be matched; how many came and went."""
    if not len(added) and not len(taken):
        return 0, 0
    all_of_it = Change(added, taken)
    known.pdq = resealed(known, known.pdq, all_of_it.over(opened(known.pdq)))
    known.pdq_count = all_of_it.count
    new = all_of_it.news()
    waiting = Change(new, taken)
    known.fresh = resealed(known, known.fresh, waiting.over(opened(known.fresh)))
    known.fresh_count = waiting.count
    return len(new), all_of_it.gone


def _change_digests(known: KnownList, added: Sequence[bytes], taken: Iterable[bytes], at: datetime) -> tuple[int, int]:
    """Add keyed hashes, or bring them back, under the list's new version; take others back; how many of each."""
    gone = 0
    for batch in _batches(taken):
        gone += known.digests.filter(keyed__in=batch, retracted_at__isnull=True).update(retracted_at=at)
    for batch in _batches(added):
        known.digests.filter(keyed__in=batch, retracted_at__isnull=False).update(
            retracted_at=None, version=known.version
        )
        rows = [KnownDigest(known_list=known, keyed=keyed, version=known.version) for keyed in batch]
        KnownDigest.objects.bulk_create(rows, ignore_conflicts=True)
    return known.digests.filter(version=known.version).count() if added else 0, gone


def _batches(keyed: Iterable[bytes]) -> Iterator[list[bytes]]:
    rows = list(keyed)
    yield from (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _wake() -> None:
    current_app.send_task("screening.tasks.match_lists", queue="images", retry=False)
