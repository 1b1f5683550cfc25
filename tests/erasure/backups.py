"""Backups of both databases as they are restored: every row of every table, by the superuser, log and all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from audit.models import Head, Refill
from tests.databases import identifier, rows_of, tables_of

ALIASES = ("default", "identity")


@dataclass(frozen=True)
class Backup:
    """The rows of both databases at one moment, by database and table."""

    rows: dict[str, dict[str, bytes]]

    @classmethod
    def take(cls, *aliases: str) -> "Backup":
        """As the databases are now; of these aliases, or of both."""
        names = [str(connections[alias].settings_dict["NAME"]) for alias in aliases or ALIASES]
        return cls({name: rows_of(name) for name in names})

    def with_log_of(self, later: "Backup") -> "Backup":
        """This backup after its log was refilled from copies that told as much as the later one."""
        log = {
            name: {table: rows for table, rows in tables.items() if table.startswith("audit.")}
            for name, tables in later.rows.items()
        }
        return Backup({name: {**tables, **log[name]} for name, tables in self.rows.items()})

    def restore(self) -> None:
        """Bring the databases back to that moment. Whoever was connected connects anew."""
        for database, tables in self.rows.items():
            with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database)) as connection:
                connection.execute("SET session_replication_role = replica")
                names = sql.SQL(", ").join(map(identifier, tables_of(connection)))
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
                for table, rows in tables.items():
                    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(identifier(table))) as copy:
                        copy.write(rows)
        for alias in connections:
            connections[alias].close()


def restored_and_refilled(backup: Backup) -> None:
    """Restore a backup and bring back the whole log, without a keeper and its copies."""
    now = Backup.take()
    size = Head.objects.get().size
    backup.restore()
    first = Head.objects.get().size
    backup.with_log_of(now).restore()
    Refill.objects.create(first=first, size=size)


@contextmanager
def as_owner() -> Iterator[None]:
    """With the owner's address of research, as an operator runs restore_log."""
    known = connections["default"].settings_dict
    before = (known["USER"], known["PASSWORD"])
    owner = conninfo_to_dict(os.environ["MPM_TEST_OWNER_URL"])
    connections["default"].close()
    known.update(USER=owner["user"], PASSWORD=owner["password"])
    try:
        yield
    finally:
        connections["default"].close()
        known.update(USER=before[0], PASSWORD=before[1])
