"""Entries followed from what was signed last: read in the database, their chain recomputed, copied in whole bundles."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from django.db import transaction

from audit import queries
from audit.copies import writing
from audit.copies.reading import BUNDLE
from audit.proofs.chain import START, End, Row

# Entries in memory at a time; whole bundles, so that no narrow ones are written on the way.
BATCH: Final = 16 * BUNDLE


class Refused(Exception):
    """No checkpoint is signed: `code` is as in audit.proofs.statements.Statement, `first_bad` the first bad entry."""

    def __init__(self, code: str, text: str, first_bad: int | None = None, reason: str = "") -> None:
        super().__init__(text)
        self.code, self.first_bad, self.reason = code, first_bad, reason


def copy(last: End, until: End) -> None:
    """Copy every entry behind `last`, up to `until`, in one snapshot of the database.

    Raises Refused ("broken", "inconsistent") before a bad entry is copied, and writing.CopyFailed.
    """
    first = last.size - last.size % BUNDLE
    with transaction.atomic(using=queries.AUDITOR):
        rows = queries.rows(using=queries.AUDITOR, start=max(first - 1, 0))
        before = End(first, _chain_before(first, rows))
        while before.size < until.size:
            batch = list(islice(rows, min(BATCH, until.size - before.size)))
            after = _checked(batch, before, min(before.size + BATCH, until.size))
            if before.size == first:
                _check_goes_on(last, before, batch)
            leaves = [row.leaf.encode() for row in batch]
            writing.append(leaves, first=before.size, size=max(before.size, last.size))
            before = after
    if before.chain != until.chain:
        raise Refused("broken", "The log does not end where its last entry says.", until.size - 1, "end")


def _chain_before(first: int, rows: Iterator[Row]) -> bytes:
    if first == 0:
        return START
    row = next(rows, None)
    if row is None or row.index != first - 1:
        raise Refused("broken", f"Entry {first - 1} is missing.", first - 1, "missing")
    return row.chain


def _checked(batch: Sequence[Row], before: End, size: int) -> End:
    checked = queries.verify(batch, start=before)
    if checked.first_bad is not None:
        raise Refused("broken", f"Entry {checked.first_bad} is bad.", checked.first_bad, checked.reason)
    if checked.size < size:
        raise Refused("broken", f"Entry {checked.size} is missing.", checked.size, "missing")
    return End(checked.size, checked.chain)


def _check_goes_on(last: End, before: End, batch: Sequence[Row]) -> None:
    """The chain value at the size signed last binds every entry before it."""
    there = batch[last.size - before.size - 1].chain if last.size > before.size else before.chain
    if there != last.chain:
        raise Refused("inconsistent", f"The first {last.size} entries are not those that were signed.")
