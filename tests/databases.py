"""The databases under the tests: made and migrated by the owner, used under the run-time roles, emptied by a superuser.

A pytest plugin, named in conftest.py. Migrated databases are kept as templates, so that a run makes its own by copying.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from deploy.local import migrations, testenv
from deploy.local.progress import StepFailed
from mpm_site import roles

LOCK_TIMEOUT = "20s"
LARGE_TABLE_BYTES = 1_000_000
# Rows that migrations left, by database and table, as COPY wrote them.
left_by_migrations: dict[str, dict[str, bytes]] = {}
# The same rows' marks (marks_of), as they are as long as nothing touches them.
marks_left: dict[str, dict[str, tuple[int, int]]] = {}
_emptiers: dict[str, psycopg.Connection] = {}


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make this process's two databases from migrated templates; drop them at the end."""
    names = testenv.databases_of(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    with Path(os.environ["MPM_TEST_STATE"], "databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        templates = _templates()
        with _superuser() as connection:
            _drop(connection, names.research, names.identity)
            roles.make_database(connection, "research", names.research, template=templates.research)
            roles.make_database(connection, "identity", names.identity, template=templates.identity)
    for name in (names.research, names.identity):
        left_by_migrations[name] = rows_of(name)
        marks_left[name] = marks_of(emptier(name), left_by_migrations[name])
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        for connection in _emptiers.values():
            connection.close()
        with _superuser() as connection:
            _drop(connection, names.research, names.identity)


def _templates() -> testenv.Names:
    """The names of migrated databases that match the migrations as they are now, made when missing."""
    digest = migrations.digest()[:12]
    names = testenv.Names(f"template_research_{digest}", f"template_identity_{digest}")
    with _superuser() as connection:
        known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if {names.research, names.identity} <= known:
            return names
        _drop(connection, *(name for name in known if name.startswith(("template_", "making_"))))
    making = testenv.Names(names.research.replace("template", "making"), names.identity.replace("template", "making"))
    _migrate(making)
    with _superuser() as connection:
        for before, after in ((making.research, names.research), (making.identity, names.identity)):
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(before), sql.Identifier(after))
            )
    return names


def _migrate(names: testenv.Names) -> None:
    superuser = os.environ["MPM_TEST_SUPERUSER_URL"]
    try:
        migrations.migrate(
            superuser, {"research": names.research, "identity": names.identity}, testenv.owner_environment(names)
        )
    except StepFailed as failure:
        pytest.exit(f"The migrations failed:\n{failure}", returncode=3)


def restore(database: str) -> None:
    """Bring a test database back to the rows that its migrations left, whatever the roles may do."""
    connection = emptier(database)
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        left, filled = left_by_migrations[database], _filled(connection, database)
        if _are_large(connection, filled):
            names = sql.SQL(", ").join(map(identifier, sorted(filled)))
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
            filled = set()
        untouched = {name for name, mark in marks_of(connection, left).items() if mark == marks_left[database][name]}
        # A few rows are deleted in a twentieth of the time that emptying the files takes.
        for name in filled | (set(left) - untouched):
            connection.execute(sql.SQL("DELETE FROM {}").format(identifier(name)))
        # Rows that come back keep their numbers, so only the other tables count from one again.
        for sequence in _used_sequences(connection, set(left)):
            connection.execute("SELECT setval(%s, 1, false)", [sequence])
        for table in set(left) - untouched:
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(identifier(table))) as copy:
                copy.write(left[table])
    if untouched != set(left):
        marks_left[database] = marks_of(connection, left)


def emptier(database: str) -> psycopg.Connection:
    """A superuser's connection that stays open: as a replica, so that the log's own triggers, which refuse to lose a
    row, do not run; nor do foreign keys."""
    known = _emptiers.get(database)
    if known is None or known.closed or known.broken:
        known = psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database), autocommit=True)
        known.execute("SET session_replication_role = replica")
        _emptiers[database] = known
    return known


def _filled(connection: psycopg.Connection, database: str) -> set[str]:
    """The tables with rows, but for those that migrations fill."""
    names = [name for name in tables_of(connection) if name not in left_by_migrations[database]]
    probes = [sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(name, identifier(name)) for name in names]
    return {name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(probes))} if probes else set()


def _are_large(connection: psycopg.Connection, tables: set[str]) -> bool:
    """Whether deleting would leave so much behind that every later look at these tables took long."""
    sizes = connection.execute("SELECT pg_relation_size(name::regclass) FROM unnest(%s::text[]) name", [list(tables)])
    return any(size > LARGE_TABLE_BYTES for (size,) in sizes)


def marks_of(connection: psycopg.Connection, tables: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many rows each of these tables has and which transaction wrote the newest: equal only if nothing changed."""
    probe = "SELECT {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}"
    probes = [sql.SQL(probe).format(name, identifier(name)) for name in sorted(tables)]
    if not probes:
        return {}
    rows = connection.execute(sql.SQL(" UNION ALL ").join(probes))
    return {name: (count, newest) for name, count, newest in rows}


def _used_sequences(connection: psycopg.Connection, kept: set[str]) -> list[str]:
    query = """SELECT s.schemaname || '.' || s.sequencename, t.relnamespace::regnamespace || '.' || t.relname
               FROM pg_sequences s
               JOIN pg_depend d ON d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass
                    AND d.deptype IN ('a', 'i')
               JOIN pg_class t ON t.oid = d.refobjid
               WHERE s.last_value IS NOT NULL"""
    return [sequence for sequence, table in connection.execute(query) if table not in kept]


def _restore_all(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        restore(connections[alias].settings_dict["NAME"])


# The flush that Django does here is TRUNCATE by the run-time role, which may not.
TransactionTestCase._fixture_teardown = _restore_all  # type: ignore[attr-defined]


def rows_of(database: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database)) as connection:
        for table in tables_of(connection):
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(identifier(table))) as copy:
                if rows := b"".join(bytes(part) for part in copy):
                    found[table] = rows
    return found


def tables_of(connection: psycopg.Connection) -> list[str]:
    """The tables of a database, each with its schema, but for Django's list of what was migrated."""
    query = """SELECT schemaname || '.' || tablename FROM pg_tables
               WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'django_migrations'"""
    return [name for (name,) in connection.execute(query)]


def identifier(table: str) -> sql.Identifier:
    """A table as SQL writes its name."""
    return sql.Identifier(*table.split(".", 1))


def _superuser() -> psycopg.Connection:
    return psycopg.connect(os.environ["MPM_TEST_SUPERUSER_URL"], autocommit=True)


def _drop(connection: psycopg.Connection, *names: str) -> None:
    for name in names:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
