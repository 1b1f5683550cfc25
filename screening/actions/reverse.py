"""What the known lists have gained, matched against the photos that are here already; and photos that lists held up.

With faiss: imported by workers, never by pages.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone

from contributions.queries import staying
from screening.actions.judging import judge
from screening.actions.listing import opened, resealed
from screening.actions.matching import match_again
from screening.codes import MATCH_KNOWN, UNRELIABLE, CodeKind, about
from screening.hash_kinds import PDQ_BYTES, TURNS
from screening.matching.flat import FlatIndex
from screening.matching.matcher import Hashes, rows_of
from screening.matching.streams import Change, sorted_records
from screening.models import Finding, KnownDigest, KnownList, PhotoDigest, PhotoHash
from screening.queries.lists import list_versions, unreliable_lists
from screening.versions import METHOD
from vault import actions as vault

SECONDS: Final = 60.0
# Of two hashes each: so many take a core half a minute. What was compared is kept by taking it off what is fresh.
COMPARISONS: Final = 20_000_000_000
FEWEST = 1000
_ROWS = 2000
MATCHING: Final = 0x6D706D6C6973


@dataclass(frozen=True, slots=True)
class _Stored:
    """The hashes of the collection, a row for each turn of each form, and whose each eight of them are."""

    photos: list[UUID]
    turns: Hashes


def match_fresh(*, seconds: float = SECONDS) -> bool:
    """Match what lists gained against all stored hashes and digests, and judge anew the photos that it finds.

    True when time ran out before all was done; what was done stays done. One worker at a time: another one returns
    False at once.
    """
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [MATCHING])
        (mine,) = cursor.fetchone()
    if not mine:
        return False
    try:
        return _match_lists(until) or _look_again(until)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MATCHING])


def _match_lists(until: float) -> bool:
    # The lists are read before the photos: a photo that comes later is compared with these lists on its way in.
    waiting = Q(waiting_since__isnull=False) | Q(fresh__isnull=False) | Q(matched_version__lt=F("version"))
    begun = timezone.now()
    lists = list(KnownList.objects.filter(waiting).select_related("fresh__key").order_by("name"))
    stored = _stored() if any(row.fresh for row in lists) else _Stored([], rows_of(b""))
    for known in lists:
        try:
            if _match_list(known, stored, begun, until):
                return True
        except (vault.ObjectGone, FileNotFoundError):
            # Another process imported before this one had opened what was fresh; it takes up both next time.
            if KnownList.objects.filter(pk=known.pk, fresh=known.fresh_id).exists():
                raise
            return True
    return False


def _match_list(known: KnownList, stored: _Stored, begun: datetime, until: float) -> bool:
    """True when time ran out."""
    _judge_anew(_by_digest(known))
    for number, piece in enumerate(_pieces(known, stored)):
        if number and time.monotonic() > until:
            return True
        _judge_anew(_by_hash(known.name, piece, stored))
        _take_off(known, piece)
    _close(known, begun)
    return False


def _stored() -> _Stored:
    photos: list[UUID] = []
    turns = bytearray()
    last = 0
    while rows := list(
        PhotoHash.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "photo_id", "turns")[:_ROWS]
    ):
        for pk, photo, each in rows:
            photos.append(photo)
            turns += b"".join(each)
            last = pk
    return _Stored(photos, rows_of(bytes(turns)))


def _pieces(known: KnownList, stored: _Stored) -> Iterator[bytes]:
    """What is fresh, in pieces that take half a minute each."""
    size = PDQ_BYTES * max(FEWEST, COMPARISONS // max(1, len(stored.turns)))
    waiting = bytearray()
    for chunk in opened(known.fresh):
        waiting += chunk
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)


def _by_hash(name: str, piece: bytes, stored: _Stored) -> set[UUID]:
    index = FlatIndex(name, [piece], len(piece) // PDQ_BYTES)
    return {stored.photos[match.query // TURNS] for match in index.search(stored.turns)}


def _by_digest(known: KnownList) -> set[UUID]:
    gained = KnownDigest.objects.filter(
        known_list=known, version__gt=known.matched_version, retracted_at__isnull=True, keyed=OuterRef("keyed")
    )
    return set(PhotoDigest.objects.filter(Exists(gained)).values_list("photo_id", flat=True))


def _judge_anew(photos: set[UUID]) -> None:
    for photo_id in sorted(photos):
        match_again(photo_id=photo_id)
        judge(photo_id=photo_id)


@transaction.atomic
def _take_off(known: KnownList, piece: bytes) -> None:
    """Take what was matched off what is fresh; what another import added meanwhile stays."""
    row = KnownList.objects.select_for_update(of=("self",)).select_related("fresh", "key").get(pk=known.pk)
    done = sorted_records(piece, PDQ_BYTES)
    left = Change(done[:0], done)
    row.fresh = resealed(row, row.fresh, left.over(opened(row.fresh)))
    row.fresh_count = left.count
    row.save(update_fields=["fresh", "fresh_count"])


@transaction.atomic
def _close(known: KnownList, begun: datetime) -> None:
    """Note that the collection was matched against the version that was read; a newer one waits since we began."""
    row = KnownList.objects.select_for_update().get(pk=known.pk)
    row.matched_version = known.version
    row.matched_at = timezone.now()
    row.waiting_since = None if row.version == known.version else begun
    row.save(update_fields=["matched_version", "matched_at", "waiting_since"])


def _look_again(until: float) -> bool:
    """Judge anew the photos that a list held up and does no more, and those found on a list that has changed since.

    It may have taken back what they were found by.
    """
    again = _findings().filter(_held_up() | _found_before()).order_by("pk")
    for photo_id in list(again.values_list("photo_id", flat=True)):
        if time.monotonic() > until:
            return True
        _judge_anew({photo_id})
    return False


def _findings() -> QuerySet[Finding]:
    """Those of photos that can be looked up again by what is kept of them."""
    # Nobody opens what is locked to hash it in another way: what it was found by stays its finding.
    otherwise = PhotoHash.objects.filter(photo=OuterRef("photo")).exclude(method=METHOD)
    return Finding.objects.filter(~Exists(otherwise), step=MATCH_KNOWN, photo__in=staying())


def _held_up() -> Q:
    over = {word for word in _words() if about(word, *UNRELIABLE)} - set(unreliable_lists())
    return Q(codes__overlap=sorted(over))


def _found_before() -> Q:
    """On a list, as a version of it said that is not the present one."""
    versions = list_versions()
    before = Q(pk__in=[])
    for word in _words():
        name = about(word, CodeKind.KNOWN)
        if name in versions:
            before |= Q(codes__contains=[word]) & ~Q(lists__contains={name: versions[name]})
    return before


def _words() -> set[str]:
    """The codes that these findings have."""
    each = Func("codes", function="unnest", output_field=CharField())
    findings = Finding.objects.filter(step=MATCH_KNOWN).annotate(word=each)
    return set(findings.values_list("word", flat=True).distinct())
