"""What the roles of the running site cannot do to the log."""

import os
import re
from collections.abc import Callable

import psycopg
import pytest
from django.db import connections
from psycopg.errors import InsufficientPrivilege

from tests.audit.events import commit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("L4")]
Connect = Callable[[str], psycopg.Connection]

TABLES = ["audit.event", "audit.mention", "audit.head", "audit.pending"]
ATTEMPTS = [
    *(
        attempt.format(table=table)
        for table in TABLES
        for attempt in (
            "DELETE FROM {table}",
            "TRUNCATE {table}",
            "DROP TABLE {table}",
            "ALTER TABLE {table} ADD COLUMN extra int",
            "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "ALTER TABLE {table} OWNER TO CURRENT_USER",
            "CREATE INDEX stray ON {table} ((1))",
            "BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        )
    ),
    "UPDATE audit.event SET leaf = '{}'",
    "UPDATE audit.head SET size = 0",
    "UPDATE audit.pending SET due = true",
    "SELECT * FROM audit.pending",
    "SELECT * FROM audit.head FOR UPDATE",
    "INSERT INTO audit.event SELECT 1, at, action, actor, subject, leaf, leaf_hash, chain FROM audit.event",
    "INSERT INTO audit.mention VALUES ('a', 0, 'sample:plain')",
    "UPDATE audit.mention SET id = 'a'",
    "INSERT INTO audit.head (size, chain) VALUES (0, decode(repeat('00', 32), 'hex'))",
    "INSERT INTO audit.pending (action, actor, subject, data) VALUES ('a:b', 'system', 'a', '{}')",
    "CREATE TABLE audit.stray (id int)",
    "CREATE FUNCTION audit.stray() RETURNS void LANGUAGE sql AS 'SELECT'",
    "ALTER FUNCTION audit.seal() OWNER TO CURRENT_USER",
    "DROP FUNCTION audit.seal() CASCADE",
    "DROP SCHEMA audit CASCADE",
    "DROP TRIGGER seal ON audit.pending",
    "SELECT audit.seal()",
    "SELECT audit.fall_due()",
    "SET session_replication_role = replica",
    "SET ROLE mpm_log",
    "SET SESSION AUTHORIZATION mpm_log",
    "SET ROLE mpm_owner",
]


@pytest.mark.parametrize("alias", ["default", "auditor"])
def test_no_role_of_the_site_changes_the_log(as_role: Connect, alias: str) -> None:
    commit()
    connection = as_role(alias)
    before = entries(connection)
    assert [attempt for attempt in ATTEMPTS if not refused(connection, attempt)] == []
    assert entries(connection) == before


def test_the_keepers_own_role_reads_the_log_and_changes_nothing_of_it() -> None:
    commit()
    address = os.environ["MPM_TEST_KEEPER_URL"].replace("DATABASE", connections["default"].settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as connection:
        before = entries(connection)
        assert len(before) == 1
        assert [attempt for attempt in ATTEMPTS if not refused(connection, attempt)] == []
        assert entries(connection) == before


def test_the_application_records_and_the_auditor_does_not(as_role: Connect) -> None:
    recording = "SELECT audit.record('sample:plain', 'system', 'a', '{}')"
    as_role("default").execute(recording)
    auditor = as_role("auditor")
    with pytest.raises(InsufficientPrivilege):
        auditor.execute(recording)
    assert auditor.execute("SELECT size FROM audit.head").fetchone() == (1,)


def test_the_owner_has_none_of_the_logs_rights_before_it_takes_the_logs_role(as_superuser: psycopg.Connection) -> None:
    as_superuser.execute("SET SESSION AUTHORIZATION mpm_owner")
    for attempt in ("DELETE FROM audit.event", "UPDATE audit.head SET size = 0", "DROP SCHEMA audit CASCADE"):
        with pytest.raises(InsufficientPrivilege):
            as_superuser.execute(attempt)


@pytest.mark.parametrize(
    "attempt",
    [
        "DELETE FROM audit.event",
        "TRUNCATE audit.event",
        "UPDATE audit.event SET leaf = ''",
        "DELETE FROM audit.mention",
        "TRUNCATE audit.mention",
        "UPDATE audit.mention SET id = ''",
    ],
)
def test_even_the_logs_own_role_does_not_change_an_entry(as_superuser: psycopg.Connection, attempt: str) -> None:
    commit()
    as_superuser.execute("SET ROLE mpm_log")
    with pytest.raises(InsufficientPrivilege, match="never changed"):
        as_superuser.execute(attempt)


def refused(connection: psycopg.Connection, attempt: str) -> bool:
    """Whether the database says that this role may not."""
    try:
        connection.execute(attempt.encode())
    except InsufficientPrivilege:
        return True
    finally:
        connection.rollback()
    return False


def entries(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """The log as it is now."""
    return connection.execute("SELECT index, leaf, chain, (SELECT size FROM audit.head) FROM audit.event").fetchall()


@pytest.mark.parametrize(
    "setting",
    [
        "standard_conforming_strings = off",
        "search_path = public, pg_temp",
        "DateStyle = 'German'",
        "TimeZone = 'Asia/Tokyo'",
        "bytea_output = 'escape'",
    ],
)
def test_nothing_the_caller_sets_changes_what_is_sealed(as_role: Connect, setting: str) -> None:
    connection = as_role("default")
    connection.execute(f"SET {setting}".encode())
    connection.execute("SELECT audit.record('sample:plain', 'system', 'a', '{}')")
    leaf = connection.execute("SELECT leaf FROM audit.event").fetchone()
    assert leaf is not None
    assert leaf[0].startswith('{"action":"sample:plain","actor":"system","at":"2')
    assert re.search(r'Z","data":\{\},"index":0,"nonce":"[0-9a-f]{32}","subject":"a"\}$', leaf[0])
