"""The log as a file: JSON lines (an entry a line, then the end), which anyone can verify, and CSV to read.

The stand-alone verifier reads the JSON lines: audit.standalone.verify_log.check_export.
"""

import csv
import json
from collections.abc import Iterable, Iterator

from audit.proofs.chain import End, Row
from audit.standalone.verify_log import dump

CSV_COLUMNS = ("index", "at", "action", "actor", "subject", "data", "leaf_hash", "chain")


class _Line:
    """A file for csv.writer that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def json_lines(rows: Iterable[Row], end: End | None, note: str | None = None) -> Iterator[str]:
    """Each entry as one line of canonical JSON, then, for a whole log, one line saying where it ends.

    `note` is the newest published checkpoint, whose size must not be beyond the end.
    """
    for row in rows:
        entry = {"chain": row.chain.hex(), "index": row.index, "leaf": row.leaf, "leaf_hash": row.leaf_hash.hex()}
        yield dump(entry) + "\n"
    if end is not None:
        yield dump({"chain": end.chain.hex(), "checkpoint": note, "size": end.size}) + "\n"


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A heading, then each entry as one CSV line."""
    writer = csv.writer(_Line())
    yield writer.writerow(CSV_COLUMNS)
    for row in rows:
        entry = json.loads(row.leaf)
        hashes = (row.leaf_hash.hex(), row.chain.hex())
        yield writer.writerow(
            (row.index, entry["at"], entry["action"], entry["actor"], entry["subject"], dump(entry["data"]), *hashes)
        )
