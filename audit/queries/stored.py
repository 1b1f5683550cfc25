"""The stored log read and recomputed: one snapshot, a server-side cursor, constant memory."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from django.db import connections, transaction

from audit.models import Head
from audit.proofs.chain import Checked, Columns, End, Row, verify

FETCHED = 2000  # rows at a time
# Columns as text, so that nothing a superuser could write into them fails to be read.
STORED = """
    SELECT entry.index, entry.leaf, entry.leaf_hash, entry.chain,
           to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.action, entry.actor,
           entry.subject,
           (SELECT count(*) || ' ' || string_agg(mention.id, ' ' ORDER BY mention.id) FROM audit.mention
            WHERE mention.index = entry.index AND mention.action = entry.action)
    FROM audit.event AS entry WHERE entry.index >= %s ORDER BY entry.index"""
# Rows that no entry accounts for: of no entry, or with another action than its entry.
STRAY = """
    SELECT min(mention.index) FROM audit.mention LEFT JOIN audit.event AS entry USING (index)
    WHERE entry.index IS NULL OR entry.action <> mention.action"""


def end(*, using: str) -> End:
    """How many entries there are now, and the last chain value."""
    head = Head.objects.using(using).get()
    return End(head.size, bytes(head.chain))


def rows(*, using: str, start: int = 0) -> Iterator[Row]:
    """Every entry from index `start` on, in order, with what the tables repeat of its leaf; inside a transaction."""
    connection = connections[using]
    connection.ensure_connection()
    with connection.connection.cursor(name="log_rows", binary=True) as cursor:
        cursor.itersize = FETCHED
        cursor.execute(STORED, [start])
        for index, leaf, leaf_hash, chain, *columns in cursor:
            yield Row(index, leaf, leaf_hash, chain, Columns(*columns))


def verify_stored(*, using: str, at_sizes: Collection[int] = ()) -> Checked:
    """Recompute the whole log in the database and compare its end; constant memory, one snapshot.

    The result holds the Merkle tree's root hash, and those at the sizes asked for. Call it outside of a transaction:
    entries sealed meanwhile are left for the next time.
    """
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        expected = end(using=using)
        checked = verify(rows(using=using), at_sizes=at_sizes).against(expected)
        stray = _stray(using) if checked.whole else None
    return checked if stray is None else replace(checked, first_bad=max(0, min(stray, checked.size)), reason="columns")


def _stray(using: str) -> int | None:
    with connections[using].cursor() as cursor:
        cursor.execute(STRAY)
        found: int | None = cursor.fetchone()[0]
        return found
