"""Entries as a file to take home, read in the one order in which its checkpoint covers no entry that it lacks."""

from collections.abc import Iterator

from audit.copies.reading import CopiesDamaged, checkpoint
from audit.proofs.export import csv_lines, json_lines
from audit.queries.selections import Selection
from audit.queries.stored import end


def exported(selection: Selection, *, using: str, as_csv: bool = False) -> Iterator[str]:
    """The lines of the selected entries sealed before now, a page in memory at a time.

    JSON lines, or CSV to read. The whole log as JSON lines ends with where it ends and the newest checkpoint, or with
    none where that cannot be read.
    """
    note = _newest() if selection.everything else None
    until = end(using=using)
    rows = selection.rows(until=until.size, using=using)
    if as_csv:
        return csv_lines(rows)
    return json_lines(rows, until, note) if selection.everything else json_lines(rows, None)


def _newest() -> str | None:
    """The entries can be taken home whatever has become of the copies."""
    try:
        return checkpoint()
    except CopiesDamaged:
        return None
