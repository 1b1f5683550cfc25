"""Refilling a restored database from the log's copies, before the site opens: what was signed comes back."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connection, transaction

from audit import queries
from audit.content import mentions
from audit.copies import reading
from audit.copies.reading import CopiesDamaged
from audit.models import Refill
from audit.proofs.chain import START, End, Row, link
from audit.proofs.tree import Tree
from audit.standalone.verify_log import Bad, Checkpoint, dump, leaf_hash, open_checkpoint

LOG_ROLE: Final = "mpm_log"
INSERTED: Final = 2048
ENTRY: Final = """
    INSERT INTO audit.event (index, at, action, actor, subject, leaf, leaf_hash, chain)
    VALUES (%s, %s::timestamptz, %s, %s, %s, %s, %s, %s)"""
MENTION: Final = "INSERT INTO audit.mention (id, index, action) VALUES (%s, %s, %s)"


RECORDED_BEHIND: Final = (
    "The copies lead to the published checkpoint, so the database holds what was never published. Entries that were "
    "recorded behind a restored backup cannot be joined to the log: restore the backup again, and run restore_log "
    "before anything else works with the database. Nothing else is sound."
)


class NotRefilled(RuntimeError):
    """Nothing was changed; the message says why and names the first index that is wrong, where there is one."""


@dataclass(frozen=True, slots=True)
class Refilled:
    """How many entries came back, and how many the database holds now."""

    added: int
    size: int


def refill(*, kept: str | None = None) -> Refilled:
    """Insert every signed entry that the database lacks, in one transaction, as the role that owns the log.

    `kept` is a checkpoint that somebody kept elsewhere; the copies must go on from it. The copies are read once, and
    what was inserted is committed only when they led to the published checkpoint. With them stands a row that keeps the
    site closed until the rooms have been told (audit.models.Refill). Raises NotRefilled when checkpoint,
    copies and what the database still holds do not all tell the same, and DatabaseError for a role that may not do
    this.
    """
    published = _published()
    if kept is not None:
        _check_goes_on(kept, published)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {LOG_ROLE}")
            cursor.execute("SELECT size FROM audit.head FOR UPDATE")
            (size,) = cursor.fetchone()
        done = _refilled(published, size)
        if done.added:
            # The log's own role may not write to the table of refills, nor the owner to the log.
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
            Refill.objects.create(first=done.size - done.added, size=done.size)
        return done


def _refilled(published: Checkpoint, size: int) -> Refilled:
    try:
        return _refill(published, size)
    except (CopiesDamaged, FileNotFoundError) as damaged:
        raise NotRefilled(str(damaged)) from damaged
    except (ValueError, KeyError, TypeError) as error:
        raise NotRefilled("A copied entry is not as the log writes them.") from error


def _published() -> Checkpoint:
    try:
        found = reading.published()
    except Bad as error:
        raise NotRefilled(f"The published checkpoint is not good: {error}") from error
    if found is None:
        raise NotRefilled("No checkpoint was ever published: there is nothing to refill from.")
    return found


def _check_goes_on(kept: str, published: Checkpoint) -> None:
    try:
        old = open_checkpoint(kept, reading.log_key())
        if old.size > published.size:
            raise NotRefilled(
                f"The kept checkpoint has {old.size} entries and the copies {published.size}: bring newer copies back."
            )
        reading.check_goes_on(old, published)
    except Bad as error:
        raise NotRefilled(f"The published checkpoint does not go on from the kept one: {error}") from error


def _refill(published: Checkpoint, size: int) -> Refilled:
    copies = _Copies(published)
    chain = START
    count = 0
    for row in queries.rows(using=DEFAULT_DB_ALIAS):
        signed = next(copies, None)
        if signed is None:
            break
        if (row.index, row.leaf, row.leaf_hash, row.chain) != signed[:4]:
            copies.check_to_the_end()
            raise NotRefilled(f"Database and copies differ from entry {signed.index} on. {RECORDED_BEHIND}")
        chain, count = row.chain, count + 1
    if count < min(size, published.size):
        raise NotRefilled(f"The database says {size} entries, and entry {count} is missing.")
    if size < count:
        raise NotRefilled(f"The database says {size} entries, and entry {size} is there.")
    end = End(count, chain)
    while batch := list(islice(copies, INSERTED)):
        _insert(batch)
        end = End(batch[-1].index + 1, batch[-1].chain)
    copies.check_to_the_end()
    if end.size > size:
        with connection.cursor() as cursor:
            last = "(SELECT max(at) FROM audit.event)"
            cursor.execute(f"UPDATE audit.head SET size = %s, chain = %s, at = {last}", [*end])  # noqa: S608
    return Refilled(max(end.size - size, 0), max(end.size, size))


class _Copies:
    """The copied entries as rows, read once, and whether they led to what was published."""

    def __init__(self, published: Checkpoint) -> None:
        self._published = published
        self._leaves = reading.entries(published.size)
        self._tree = Tree()
        self._chain = START

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        leaf, index = next(self._leaves), self._tree.size
        hashed = leaf_hash(leaf)
        self._chain = link(self._chain, hashed)
        self._tree.append(hashed)
        return Row(index, leaf.decode(), hashed, self._chain)

    def check_to_the_end(self) -> None:
        """Read what is left; raises NotRefilled unless size and root hash are those of the checkpoint."""
        for leaf in self._leaves:
            self._tree.append(leaf_hash(leaf))
        if (self._tree.size, self._tree.root()) != (self._published.size, self._published.root):
            raise NotRefilled("The copied entries do not lead to the root hash of the published checkpoint.")


def _insert(rows: Sequence[Row]) -> None:
    entries: list[tuple[int | str | bytes, ...]] = []
    about: list[tuple[int | str, ...]] = []
    for row in rows:
        leaf = json.loads(row.leaf)
        action, actor, subject = leaf["action"], leaf["actor"], leaf["subject"]
        entries.append((row.index, leaf["at"], action, actor, subject, row.leaf, row.leaf_hash, row.chain))
        data = dump(leaf["data"])
        about += [(one, row.index, action) for one in mentions(actor=actor, subject=subject, data=data)]
    with connection.cursor() as cursor:
        cursor.executemany(ENTRY, entries)
        cursor.executemany(MENTION, about)
