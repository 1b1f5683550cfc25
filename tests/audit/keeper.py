"""What tests of the log's keeper share: what was published, many entries at once, and histories written anew."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import uuid4

import psycopg
from django.db import transaction

from audit import actions, queries
from audit.proofs.chain import START, link
from audit.proofs.statements import Statement
from audit.standalone.verify_log import Checkpoint, leaf_hash, open_checkpoint
from tests.audit.events import SEEN

Keeper: TypeAlias = Callable[[], Statement]


def published() -> Checkpoint:
    """The published checkpoint, its signature checked."""
    note = queries.checkpoint()
    assert note is not None
    return open_checkpoint(note, queries.log_key())


def commit_many(number: int) -> None:
    """Commit so many entries in one transaction."""
    with transaction.atomic():
        for times in range(number):
            actions.record(SEEN, subject=uuid4(), by="system", photo=uuid4(), times=times)


def cut_off(superuser: psycopg.Connection, size: int) -> None:
    """Leave the log as a backup of that size would bring it back."""
    superuser.execute("SET session_replication_role = replica")
    for table in ("event", "mention"):
        superuser.execute(f"DELETE FROM audit.{table} WHERE index >= %s".encode(), [size])
    superuser.execute("UPDATE audit.head SET size = %s", [size])
    superuser.execute(
        "UPDATE audit.head SET (chain, at) = (SELECT chain, at FROM audit.event WHERE index = %s)", [size - 1]
    )
    superuser.execute("SET session_replication_role = origin")


def chain_again(superuser: psycopg.Connection) -> None:
    """Give every entry the hashes that its text now has, and the head with them: a history that is whole in itself."""
    superuser.execute("SET session_replication_role = replica")
    chain, size = START, 0
    for index, leaf in superuser.execute("SELECT index, leaf FROM audit.event ORDER BY index").fetchall():
        hashed = leaf_hash(leaf.encode())
        chain, size = link(chain, hashed), index + 1
        superuser.execute("UPDATE audit.event SET leaf_hash = %s, chain = %s WHERE index = %s", [hashed, chain, index])
    superuser.execute("UPDATE audit.head SET size = %s, chain = %s", [size, chain])
    superuser.execute("SET session_replication_role = origin")
