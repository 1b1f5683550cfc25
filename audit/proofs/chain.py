"""The chain and the table recomputed: pure functions over entries as they are stored, one pass, constant memory."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple

from audit.content import is_canonical, mentions
from audit.proofs.tree import Tree
from audit.standalone.verify_log import leaf_hash

START = bytes(32)
# In every leaf but the oldest ones: without it anybody could try what a published hash is of.
NONCE = re.compile(r'"nonce":"[0-9a-f]{32}",')
NONCE_LENGTH = 43


class Columns(NamedTuple):
    """What the tables repeat of a leaf. `at` is written as in leaves; `mentions` is written as by `counted`."""

    at: str
    action: str
    actor: str
    subject: str
    mentions: str | None


class Row(NamedTuple):
    """One entry: its place, the text that was hashed, its RFC 9162 leaf hash and the chain value after it."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks of an entry
    leaf: str
    leaf_hash: bytes
    chain: bytes
    columns: Columns | None = None


class End(NamedTuple):
    """How many entries a log has and its last chain value: `head` in the database, the last line of an export."""

    size: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the log is good, and the first entry that is not as it was recorded, if any.

    `chain` is the chain value there (32 bytes) and `root` the Merkle tree's root hash (RFC 9162, 2.1.1; 32 bytes), None
    when the check did not begin at the first entry. `roots` holds the root hash at each smaller size asked for that was
    reached.
    """

    size: int
    chain: bytes
    first_bad: int | None = None
    reason: str = ""
    root: bytes | None = None
    roots: Mapping[int, bytes] = field(default_factory=dict)

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


def link(before: bytes, leaf: bytes) -> bytes:
    """The chain value after the entry with this leaf hash."""
    return sha256(before + leaf).digest()


def counted(ids: Collection[str]) -> str:
    """Sorted ids in one text that no other ids have, since none holds a space: how many, then each."""
    return f"{len(ids)} {' '.join(ids)}"


def verify(rows: Iterable[Row], *, start: tuple[int, bytes] = (0, START), at_sizes: Collection[int] = ()) -> Checked:
    """Recompute every entry in order, holding one at a time, and stop at the first bad one.

    `start` is the size and chain value (32 bytes) up to which the log is known to be good: the rows go on from there.
    An entry is bad when its place is not the next one ("missing"), its leaf does not hash to its leaf hash ("leaf"),
    its chain value does not follow ("chain"), or the tables show another place, other columns or other mentions than
    its leaf ("columns"). Entries cut off at the end show only when the result is compared: see Checked.against.
    """
    size, chain = start
    tree = None if size else Tree()
    roots = {0: Tree().root()} if 0 in at_sizes else {}
    for row in rows:
        fault = _fault(row, size, chain)
        if fault:
            return Checked(size, chain, size, fault, _root(tree), roots)
        size, chain = size + 1, row.chain
        if tree is not None:
            tree.append(row.leaf_hash)
            if size in at_sizes:
                roots[size] = tree.root()
    return Checked(size, chain, root=_root(tree), roots=roots)


def _root(tree: Tree | None) -> bytes | None:
    return None if tree is None else tree.root()


def _fault(row: Row, size: int, before: bytes) -> str:
    if row.index != size:
        return "missing"
    if leaf_hash(row.leaf.encode()) != row.leaf_hash:
        return "leaf"
    if link(before, row.leaf_hash) != row.chain:
        return "chain"
    if row.columns is None:
        return "" if _place(row.leaf) == size else "columns"
    return "" if _repeats(row.leaf, size, row.columns) else "columns"


def _repeats(leaf: str, index: int, columns: Columns) -> bool:
    """Whether the leaf is the text of these columns around its data, and the mentions are those of the leaf."""
    at, action, actor, subject, about = columns
    head = f'{{"action":"{action}","actor":"{actor}","at":"{at}","data":'
    place, tail = f',"index":{index},', f'"subject":"{subject}"}}'
    body = leaf.removesuffix(tail)
    if NONCE.fullmatch(body, len(body) - NONCE_LENGTH):
        body = body[:-NONCE_LENGTH]
    if not (leaf.startswith(head) and leaf.endswith(tail) and body.endswith(place)):
        return False
    # A quotation mark in a column could end a text early and still give the same leaf.
    if '"' in action or '"' in actor or '"' in subject:
        return False
    data = body[len(head) : -len(place)]
    return is_canonical(data) and about == counted(mentions(actor=actor, subject=subject, data=data))


def _place(leaf: str) -> object:
    try:
        return json.loads(leaf)["index"]
    except (ValueError, KeyError, TypeError):
        return None
