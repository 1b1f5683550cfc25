"""The chain recomputed: pure functions over entries as they were hashed, usable on the table and on an export."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from audit.content import mentions

START = bytes(32)


@dataclass(frozen=True, slots=True)
class Columns:
    """What the table repeats of a leaf, for filters."""

    at: str
    action: str
    actor: str
    subject: str
    mentions: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its place, the text that was hashed, its RFC 9162 leaf hash and the chain value after it."""

    index: int
    leaf: str
    leaf_hash: bytes
    chain: bytes
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How many entries a log has and its last chain value: `head` in the database, the last line of an export."""

    size: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the log is good, the chain value there, and the first entry that is not as it was recorded, if any."""

    size: int
    chain: bytes
    first_bad: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether every entry was found good."""
        return self.first_bad is None

    def against(self, end: End) -> "Checked":
        """Compare this result with where the log should end: the first entry missing, surplus or changed is bad."""
        if not self.whole or (end.size == self.size and end.chain == self.chain):
            return self
        if end.size == self.size:
            return replace(self, first_bad=max(self.size - 1, 0), reason="end")
        return replace(self, first_bad=min(self.size, end.size), reason="missing" if end.size > self.size else "end")


def leaf_hash(leaf: str) -> bytes:
    """SHA-256 of 0x00 and the leaf's bytes (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf.encode()).digest()


def link(before: bytes, leaf: bytes) -> bytes:
    """The chain value after the entry with this leaf hash."""
    return hashlib.sha256(before + leaf).digest()


def written(moment: datetime) -> str:
    """A time as leaves hold it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def verify(rows: Iterable[Row]) -> Checked:
    """Recompute every entry in order, holding one at a time, and stop at the first bad one.

    An entry is bad when its place is not the next one ("missing"), its leaf does not hash to its leaf hash ("leaf"),
    its chain value does not follow ("chain"), or the leaf names another place or other columns ("columns"). Entries
    cut off at the end show only when the result is compared: see Checked.against.
    """
    size, chain = 0, START
    for row in rows:
        fault = _fault(row, size, chain)
        if fault:
            return Checked(size, chain, size, fault)
        size, chain = size + 1, row.chain
    return Checked(size, chain)


def _fault(row: Row, index: int, before: bytes) -> str:
    if row.index != index:
        return "missing"
    if leaf_hash(row.leaf) != row.leaf_hash:
        return "leaf"
    if link(before, row.leaf_hash) != row.chain:
        return "chain"
    try:
        entry = json.loads(row.leaf)
        agrees = entry["index"] == index and (row.columns is None or row.columns == _columns(entry))
    except (ValueError, KeyError, TypeError):
        return "leaf"
    return "" if agrees else "columns"


def _columns(entry: dict[str, str]) -> Columns:
    about = mentions(actor=entry["actor"], subject=entry["subject"], data=str(entry["data"]))
    return Columns(entry["at"], entry["action"], entry["actor"], entry["subject"], about)
