"""Photos of the collection that look like a picture which somebody else holds and of which we know the hash alone."""

from uuid import UUID

from django.db import connection

from contributions.queries import staying
from screening.bits import as_text
from screening.hash_kinds import LEAST_QUALITY, TURNS
from screening.models import PhotoHash
from screening.queries.duplicates import REVIEW
from screening.versions import METHOD

_DISTANCES = ", ".join(f"bit_count(turns[{turn}] # asked.bits)" for turn in range(1, TURNS + 1))
_SCAN = f"""
    SELECT photo_id, min(distance) FROM (
        SELECT photo_id, least({_DISTANCES}) AS distance
          FROM {PhotoHash._meta.db_table}, (SELECT %s::bit(256) AS bits) AS asked
         WHERE method = %s AND quality >= %s OFFSET 0
    ) AS compared WHERE distance <= %s GROUP BY photo_id
"""  # noqa: S608 - the table's own name


def lookalikes(upright: bytes) -> list[tuple[UUID, int]]:
    """The photos in our hands at most 60 bits from a PDQ hash of 32 bytes, and how many bits; the nearest first.

    All eight orientations of both forms of a photo are compared, as one hash tells nothing of the turned picture's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SCAN, [as_text(upright), METHOD, LEAST_QUALITY, REVIEW])
        found = dict(cursor.fetchall())
    here = staying().filter(pk__in=list(found)).values_list("pk", flat=True)
    return sorted(((photo, found[photo]) for photo in here), key=lambda one: (one[1], one[0]))
