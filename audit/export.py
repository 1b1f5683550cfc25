"""The log as a file: JSON lines (an entry a line, then the end) that anyone can verify, and CSV to read."""

import csv
import json
from collections.abc import Iterable, Iterator

from audit.chain import End, Row

CSV_COLUMNS = ("index", "at", "action", "actor", "subject", "data", "leaf_hash", "chain")


class NotAnExport(ValueError):
    """The file is not an export of this log; the message names the line."""


class _Line:
    """A file for csv.writer that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def json_lines(rows: Iterable[Row], end: End | None) -> Iterator[str]:
    """Each entry as one JSON line, then, for a whole log, one line saying where it ends."""
    for row in rows:
        yield _dump(index=row.index, leaf=row.leaf, leaf_hash=row.leaf_hash.hex(), chain=row.chain.hex())
    if end is not None:
        yield _dump(size=end.size, chain=end.chain.hex())


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A heading, then each entry as one CSV line."""
    writer = csv.writer(_Line())
    yield writer.writerow(CSV_COLUMNS)
    for row in rows:
        entry = json.loads(row.leaf)
        data = json.dumps(entry["data"], separators=(",", ":"))
        hashes = (row.leaf_hash.hex(), row.chain.hex())
        yield writer.writerow(
            (row.index, entry["at"], entry["action"], entry["actor"], entry["subject"], data, *hashes)
        )


class Export:
    """A JSON lines export read back line by line; `end` is known once all rows were read.

    Iterating raises NotAnExport for a line that is neither an entry nor the end.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = lines
        self.end: End | None = None

    def __iter__(self) -> Iterator[Row]:
        """Each entry in the order of the file."""
        for number, line in enumerate(self.lines, start=1):
            if self.end is not None:
                raise NotAnExport(f"Line {number} stands behind the end of the export.")
            try:
                found = json.loads(line)
                if "leaf" not in found:
                    self.end = End(int(found["size"]), bytes.fromhex(found["chain"]))
                    continue
                row = Row(
                    int(found["index"]),
                    found["leaf"],
                    bytes.fromhex(found["leaf_hash"]),
                    bytes.fromhex(found["chain"]),
                )
            except (ValueError, KeyError, TypeError) as error:
                raise NotAnExport(f"Line {number} is not an entry of an export.") from error
            yield row


def _dump(**fields: object) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")) + "\n"
