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
from audit.proofs import tree
from audit.proofs.chain import START, End, Row, link
from audit.standalone.verify_log import Bad, Checkpoint, leaf_hash, open_checkpoint
from audit.standalone.watch_log import check_consistency

LOG_ROLE: Final = "mpm_log"
INSERTED: Final = 2048
ENTRY: Final = """
    INSERT INTO audit.event (index, at, action, actor, subject, leaf, leaf_hash, chain)
    VALUES (%s, %s::timestamptz, %s, %s, %s, %s, %s, %s)"""
MENTION: Final = "INSERT INTO audit.mention (id, index, action) VALUES (%s, %s, %s)"


class NotRefilled(RuntimeError):
    """Nothing was changed; the message says why and names the first index that is wrong, where there is one."""


@dataclass(frozen=True, slots=True)
class Refilled:
    """How many entries came back, and how many the database holds now."""

    added: int
    size: int


def refill(*, kept: str | None = None) -> Refilled:
    """Insert every signed entry that the database lacks, in one transaction, as the role that owns the log.

    `kept` is a checkpoint that somebody kept elsewhere; the copies must go on from it. Raises NotRefilled when the
    published checkpoint, the copies and what the database still holds do not all tell the same, and DatabaseError for
    a role that may not do this.
    """
    published = _published()
    if kept is not None:
        _check_goes_on(kept, published)
    _check_copies(published)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {LOG_ROLE}")
            cursor.execute("SELECT size FROM audit.head FOR UPDATE")
            (size,) = cursor.fetchone()
        try:
            return _refill(published, size)
        except CopiesDamaged as damaged:
            raise NotRefilled(str(damaged)) from damaged


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
        proof = tree.consistency(reading.read, old.size, published.size)
        check_consistency(old_size=old.size, old_root=old.root, size=published.size, root=published.root, proof=proof)
    except (Bad, FileNotFoundError) as error:
        raise NotRefilled(f"The published checkpoint does not go on from the kept one: {error}") from error


def _check_copies(published: Checkpoint) -> None:
    try:
        root, _end = reading.recomputed(reading.entries(published.size))
    except CopiesDamaged as damaged:
        raise NotRefilled(str(damaged)) from damaged
    if root != published.root:
        raise NotRefilled("The copied entries do not lead to the root hash of the published checkpoint.")


def _refill(published: Checkpoint, size: int) -> Refilled:
    copied = _copied(published.size)
    chain = START
    count = 0
    for row in queries.rows(using=DEFAULT_DB_ALIAS):
        signed = next(copied, None)
        if signed is None:
            break
        if (row.index, row.leaf, row.leaf_hash, row.chain) != signed[:4]:
            raise NotRefilled(f"Database and copies differ from entry {signed.index} on.")
        chain, count = row.chain, count + 1
    if count < min(size, published.size):
        raise NotRefilled(f"The database says {size} entries, and entry {count} is missing.")
    if size < count:
        raise NotRefilled(f"The database says {size} entries, and entry {size} is there.")
    end = End(count, chain)
    while batch := list(islice(copied, INSERTED)):
        _insert(batch)
        end = End(batch[-1].index + 1, batch[-1].chain)
    if end.size > size:
        with connection.cursor() as cursor:
            last = "(SELECT max(at) FROM audit.event)"
            cursor.execute(f"UPDATE audit.head SET size = %s, chain = %s, at = {last}", [*end])  # noqa: S608
    return Refilled(max(end.size - size, 0), max(end.size, size))


def _copied(size: int) -> Iterator[Row]:
    chain = START
    for index, leaf in enumerate(reading.entries(size)):
        hashed = leaf_hash(leaf)
        chain = link(chain, hashed)
        yield Row(index, leaf.decode(), hashed, chain)


def _insert(rows: Sequence[Row]) -> None:
    entries: list[tuple[int | str | bytes, ...]] = []
    about: list[tuple[int | str, ...]] = []
    for row in rows:
        leaf = json.loads(row.leaf)
        action, actor, subject = leaf["action"], leaf["actor"], leaf["subject"]
        entries.append((row.index, leaf["at"], action, actor, subject, row.leaf, row.leaf_hash, row.chain))
        data = json.dumps(leaf["data"], sort_keys=True, separators=(",", ":"))
        about += [(one, row.index, action) for one in mentions(actor=actor, subject=subject, data=data)]
    with connection.cursor() as cursor:
        cursor.executemany(ENTRY, entries)
        cursor.executemany(MENTION, about)
