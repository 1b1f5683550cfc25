"""The databases under the tests: made and migrated by the owner, used under the run-time roles, emptied by a superuser.

A pytest plugin, named in conftest.py. Migrated databases are kept as templates, so that a run makes its own by copying.
"""

import fcntl
import os
from collections.abc import Iterator
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
# Rows that migrations left, by database and table, as COPY wrote them.
_left_by_migrations: dict[str, dict[str, bytes]] = {}


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
        _left_by_migrations[name] = _rows(name)
    with django_db_blocker.unblock():
        yield
        connections.close_all()
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
    with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database)) as connection:
        # As a replica the log's own triggers, which refuse to lose a row, do not run; nor do foreign keys.
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        tables = _tables(connection)
        left = _left_by_migrations[database]
        probes = [sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(name, _name(name)) for name in tables]
        filled = {name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(probes))} if probes else set()
        # Rows that come back keep their numbers, so only the other tables count from one again.
        for names, identity in ((set(left), "CONTINUE"), (filled - set(left), "RESTART")):
            if names:
                connection.execute(
                    sql.SQL("TRUNCATE {} {} IDENTITY CASCADE").format(
                        sql.SQL(", ").join(map(_name, sorted(names))), sql.SQL(identity)
                    )
                )
        for table, rows in left.items():
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(_name(table))) as copy:
                copy.write(rows)


def _restore_all(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        restore(connections[alias].settings_dict["NAME"])


# The flush that Django does here is TRUNCATE by the run-time role, which may not.
TransactionTestCase._fixture_teardown = _restore_all  # type: ignore[attr-defined]


def _rows(database: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database)) as connection:
        for table in _tables(connection):
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(_name(table))) as copy:
                if rows := b"".join(bytes(part) for part in copy):
                    found[table] = rows
    return found


def _tables(connection: psycopg.Connection) -> list[str]:
    query = """SELECT schemaname || '.' || tablename FROM pg_tables
               WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'django_migrations'"""
    return [name for (name,) in connection.execute(query)]


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split(".", 1))


def _superuser() -> psycopg.Connection:
    return psycopg.connect(os.environ["MPM_TEST_SUPERUSER_URL"], autocommit=True)


def _drop(connection: psycopg.Connection, *names: str) -> None:
    for name in names:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
