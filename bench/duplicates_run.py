"""What `bench.duplicates` measures, once the server runs and the settings stand."""

import statistics
from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connection

from bench.bars import RECALL, Bars, Beside
from screening.bands import bands
from screening.bits import as_text
from screening.queries import lookalikes
from screening.queries.duplicates import REVIEW, SURE, near
from screening.versions import METHOD

PHOTOS, FORMS, TURNS = 10, 2, 8
NEVER = 10**12
Result = TypeVar("Result")
# The hashes are two digests in a row; only the planted ones have a photo, whatever stands about the others.
_RANDOM = """
    INSERT INTO screening_photohash (photo_id, form, method, quality, turns, bands)
    SELECT md5('photo ' || n)::uuid, 'whole', %s, 90,
           ARRAY(SELECT ('x' || md5(n || ' ' || t) || md5(t || '-' || n))::bit(256) FROM generate_series(1, 8) t),
           ARRAY(SELECT band * 65536 + ('x' || substr(md5(n || ' 1') || md5('1-' || n), band * 4 + 1, 4))::bit(16)::int
                   FROM generate_series(0, 15) band)
      FROM generate_series(%s::int, %s::int) n
"""
_BARE = "SELECT count(*) FROM screening_photohash WHERE bit_count(turns[1] # %s::bit(256)) <= %s"
_PLANTED = """
    INSERT INTO screening_photohash (photo_id, form, method, quality, turns, bands)
    VALUES (%s, 'whole', %s, 90, %s::bit(256)[], %s)
"""
_PHOTO = """
    INSERT INTO contributions_photo
           (id, contribution_id, number, client_key, state, refusal, received_bytes, received_sha256, received_md5,
            width, height, content_sha256, nobody, received_at, ready_at, key_id, received_id, full_id, rendition_id,
            thumbnail_id)
    VALUES (%(id)s, %(id)s, 1, %(id)s, 'ready', '', 1, '', '', 1, 1, '', false, now(), now(), %(id)s, %(id)s, %(id)s,
            %(id)s, %(id)s)
"""


def run(superuser: str, bars: Bars, *sizes: int) -> None:
    """Print and keep everything; missed is a planted neighbour that was not found, or something else that was."""
    chance, there = Random(8), 0  # noqa: S311
    asked = [[chance.randbytes(32) for _turn in range(TURNS * FORMS)] for _photo in range(PHOTOS)]
    planted = _plant(superuser, asked, chance)
    print(f"near-duplicates of one photo ({FORMS} forms, {TURNS} orientations each), medians of {PHOTOS}:")
    for size in sizes or (10_000, 100_000, 1_000_000):
        grow(superuser, there, size)
        there = size
        print(f"among {size:,} hashes:")
        bars.at = f"{size:,}"
        bare = _bare(asked)
        print(f"  {'bare scan of the hashes':<28}{bare:9.1f} ms (yardstick)")
        _one(bars, "by a scan, at most 60 bits", (NEVER, REVIEW), asked, planted, bare)
        _one(bars, "by a scan, at most 31 bits", (NEVER, SURE), asked, planted, bare)
        _one(bars, "by bands, at most 31 bits", (0, SURE), asked, planted, bare)
        _found, taken = _timed(lambda number: lookalikes(asked[number][0]))
        print(f"  {'like a claimed picture':<28}{taken:9.1f} ms")
        bars.note("like a claimed picture", taken, "ms")


def _one(
    bars: Bars,
    name: str,
    how: tuple[int, int],
    asked: list[list[bytes]],
    planted: list[dict[UUID, int]],
    bare: float,
) -> None:
    by_bands_from, within = how
    settings.DUPLICATES_BY_BANDS_FROM = by_bands_from
    found, taken = _timed(lambda number: near(asked[number], but_for=uuid4(), within=within))
    wanted = [{photo: bits for photo, bits in each.items() if bits <= within} for each in planted]
    right = sum(
        photo in one and one[photo] == bits
        for one, all_ in zip(found, wanted, strict=True)
        for photo, bits in all_.items()
    )
    recall = 100 * right / sum(map(len, wanted))
    false = sum(len(one) for one in found) - right
    bars.note(name, taken, "ms", beside=Beside("a bare scan of one orientation", taken / bare))
    all_found = bars.at_least(f"recall {name}", recall, RECALL, "%")
    none_made_up = bars.at_most(f"false {name}", false, 0, "false")
    print(f"  {name:<28}{taken:9.1f} ms, recall {recall:.1f} %{all_found}, {false} false{none_made_up}")


def _bare(asked: list[list[bytes]]) -> float:
    """Milliseconds of counting, by the database alone, the hashes near one orientation of a photo."""

    def counted(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [as_text(asked[number][0]), REVIEW])

    return _timed(counted)[1]


def _timed(work: Callable[[int], Result]) -> tuple[list[Result], float]:
    results, times = [], []
    for number in range(PHOTOS):
        begun = perf_counter()
        results.append(work(number))
        times.append((perf_counter() - begun) * 1000)
    return results, statistics.median(times)


def _plant(superuser: str, asked: list[list[bytes]], chance: Random) -> list[dict[UUID, int]]:
    """For each photo that is asked about one neighbour at each distance from 0 to 62 bits: ids and distances."""
    planted: list[dict[UUID, int]] = []
    with psycopg.connect(superuser) as server:
        server.execute("SET session_replication_role = replica")
        for turns in asked:
            planted.append({})
            for bits in range(REVIEW + 3):
                flipped = sum(1 << place for place in chance.sample(range(256), bits))
                value = (int.from_bytes(chance.choice(turns)) ^ flipped).to_bytes(32)
                photo = uuid4()
                rows = [value, *(chance.randbytes(32) for _turn in range(TURNS - 1))]
                server.execute(_PHOTO, {"id": photo})
                server.execute(_PLANTED, [photo, METHOD, [as_text(row) for row in rows], bands(value)])
                planted[-1][photo] = bits
    return planted


def grow(superuser: str, there: int, size: int) -> None:
    """Bring the collection from `there` to `size` random hashes."""
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'")
        server.execute("DROP INDEX hashes_by_band")
        server.execute(_RANDOM, [METHOD, there + 1, size])
        server.execute("CREATE INDEX hashes_by_band ON screening_photohash USING gin (bands)")
        server.execute("VACUUM ANALYZE screening_photohash")
