"""Photos of the collection that show nearly the same picture: by a scan, or from many hashes on by their bands.

Exact both ways: every hash is compared bit by bit, and two that differ in at most 31 bits have one of sixteen bands in
which they differ in at most one, so none of these escapes the index. Only the upright hash of the others is asked: the
photo that is compared brings its own eight orientations.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from contributions.queries import staying
from screening.bands import bands
from screening.bits import as_text
from screening.hash_kinds import LEAST_QUALITY
from screening.models import PhotoHash
from screening.versions import METHOD

# Bits of 256. Up to SURE it is the same picture, up to REVIEW a person has to look; strangers differ in over 110.
SURE: Final = 31
REVIEW: Final = 60

_OTHERS = "method = %s AND quality >= %s AND photo_id <> %s"
_SCAN = f"""
    SELECT photo_id, min(distance) FROM (
        SELECT photo_id, least({{distances}}) AS distance FROM (
            SELECT photo_id, turns[1] AS upright FROM {PhotoHash._meta.db_table} WHERE {_OTHERS} OFFSET 0
        ) AS others OFFSET 0
    ) AS compared WHERE distance <= %s GROUP BY photo_id
"""  # noqa: S608 - the table's own name
_BANDS = f"""
    SELECT photo_id, min(bit_count(turns[1] # %s::bit(256))) FROM {PhotoHash._meta.db_table}
     WHERE bands && %s::integer[] AND {_OTHERS} AND bit_count(turns[1] # %s::bit(256)) <= %s GROUP BY photo_id
"""  # noqa: S608 - the table's own name
_BY_INDEX: Final = {"enable_seqscan": "off", "enable_indexscan": "off", "max_parallel_workers_per_gather": "0"}
_ROWS = "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = %s::regclass"


def turns_of(photo_id: UUID) -> list[bytes]:
    """The hashes of a photo's forms in all orientations, without those that say nothing."""
    rows = PhotoHash.objects.filter(photo=photo_id, method=METHOD, quality__gte=LEAST_QUALITY)
    return [turn for turns in rows.order_by("form").values_list("turns", flat=True) for turn in turns]


def near(turns: Sequence[bytes], *, but_for: UUID, within: int = REVIEW) -> dict[UUID, int]:
    """The photos in our hands of which a hash is at most `within` bits (0 to REVIEW) from one of these; how many.

    `but_for` is the photo that is compared. Those withdrawn, lapsed or erased are not among them.
    """
    if not turns:
        return {}
    found = _by_bands(turns, but_for, within) if within <= SURE and is_by_bands() else _by_scan(turns, but_for, within)
    here = staying().filter(pk__in=list(found)).values_list("pk", flat=True)
    return {photo: found[photo] for photo in here}


def is_by_bands() -> bool:
    """Whether there are so many hashes that the index is asked instead of each of them, as the database reckons."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [PhotoHash._meta.db_table])
        (rows,) = cursor.fetchone()
    return bool(rows >= settings.DUPLICATES_BY_BANDS_FROM)


def first_reach() -> int:
    """How far (bits) a new photo is compared at once: as far as the index reaches, or all the way by a scan."""
    return SURE if is_by_bands() else REVIEW


def probes(turn: bytes) -> list[int]:
    """All bands within one bit of a hash's own: 16 of them, each as it is and with each of its bits flipped."""
    return [key ^ flip for key in bands(turn) for flip in (0, *(1 << bit for bit in range(16)))]


def scan(turns: Sequence[bytes], but_for: UUID, within: int) -> tuple[str, list[Any]]:
    """The statement that compares every hash, and what goes into it."""
    distances = ", ".join(["bit_count(upright # %s::bit(256))"] * len(turns))
    return _SCAN.format(distances=distances), [*map(as_text, turns), METHOD, LEAST_QUALITY, but_for, within]


def by_band(turn: bytes, but_for: UUID, within: int) -> tuple[str, list[Any]]:
    """The statement that compares those hashes that share a band with one, and what goes into it."""
    bits = as_text(turn)
    return _BANDS, [bits, probes(turn), METHOD, LEAST_QUALITY, but_for, bits, within]


@contextmanager
def index_alone() -> Iterator[CursorWrapper]:
    """A cursor whose statements go by the index of bands.

    The database takes so many keys for a reason to read the whole table, and to wake workers for it, which takes longer
    than the answer.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in _BY_INDEX.items()))
        yield cursor
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _BY_INDEX))


def _by_scan(turns: Sequence[bytes], but_for: UUID, within: int) -> dict[UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute(*scan(turns, but_for, within))
        return dict(cursor.fetchall())


def _by_bands(turns: Sequence[bytes], but_for: UUID, within: int) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    with index_alone() as cursor:
        for turn in turns:
            cursor.execute(*by_band(turn, but_for, within))
            _keep_least(found, cursor.fetchall())
    return found


def _keep_least(found: dict[UUID, int], rows: Iterable[tuple[UUID, int]]) -> None:
    for photo, distance in rows:
        found[photo] = min(distance, found.get(photo, distance))
