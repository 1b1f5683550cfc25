"""What each PostgreSQL role may do, asked of the real server under that role."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from deploy.local import testenv
from identity.models import Identity
from mpm_site import roles
from mpm_site.router import IdentityApart
from vault.models import DataKey

ALL = ["default", "identity", "auditor"]
pytestmark = [pytest.mark.django_db(databases=ALL)]
ENTERS = {
    ("mpm_app", "default"),
    ("mpm_auditor", "default"),
    ("mpm_keeper", "default"),
    ("mpm_owner", "default"),
    ("mpm_identity", "identity"),
    ("mpm_owner", "identity"),
}


def enter(role: str, database: str, **changes: str) -> psycopg.Connection:
    address = os.environ[f"MPM_TEST_{testenv.ROLE_NAMES[role]}_URL"].replace("DATABASE", database)
    return psycopg.connect(make_conninfo(address, **changes), autocommit=True)


def name(alias: str) -> str:
    return str(connections[alias].settings_dict["NAME"])


@pytest.fixture
def superuser() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["MPM_TEST_SUPERUSER_URL"], autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(("alias", "role"), [("default", "app"), ("identity", "identity"), ("auditor", "auditor")])
def test_each_alias_of_the_site_signs_in_as_its_own_role(alias: str, role: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (f"mpm_{role}", f"mpm_{role}")


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("alias", ["default", "identity"])
@pytest.mark.parametrize("role", roles.LOGIN_ROLES)
def test_a_role_enters_only_the_databases_it_works_with(role: str, alias: str) -> None:
    if (role, alias) in ENTERS:
        enter(role, name(alias)).close()
    else:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            enter(role, name(alias))


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_no_role_enters_the_servers_own_databases(database: str) -> None:
    for role in roles.LOGIN_ROLES:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            enter(role, database)


@pytest.mark.parametrize("password", ["", "guess"])
def test_nobody_enters_without_the_password(password: str) -> None:
    for role in roles.LOGIN_ROLES:
        with pytest.raises(psycopg.OperationalError, match="password"):
            enter(role, name("default"), password=password)


def test_no_role_may_more_than_its_rows(superuser: psycopg.Connection) -> None:
    powers = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls OR rolinherit"
    found = superuser.execute(f"SELECT rolname, {powers}, rolcanlogin FROM pg_roles WHERE rolname LIKE 'mpm%'")
    assert sorted(found) == [(role, False, role != "mpm_log") for role in sorted([*roles.LOGIN_ROLES, "mpm_log"])]


@pytest.mark.parametrize("role", ["mpm_app", "mpm_identity", "mpm_auditor", "mpm_keeper"])
def test_no_role_of_the_site_becomes_another(role: str, superuser: psycopg.Connection) -> None:
    others = [other for (other,) in superuser.execute("SELECT rolname FROM pg_roles") if other != role]
    with enter(role, name("identity" if role == "mpm_identity" else "default")) as connection:
        for other in others:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f'SET ROLE "{other}"')


@pytest.mark.parametrize("alias", ALL)
@pytest.mark.parametrize(
    "attempt",
    [
        "CREATE TABLE public.stray (id int)",
        "CREATE SCHEMA stray",
        "CREATE TEMPORARY TABLE stray (id int)",
        "CREATE EXTENSION citext",
        "TRUNCATE public.django_migrations",
        "DELETE FROM public.django_migrations",
        "INSERT INTO public.django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_the_site_changes_no_structure(alias: str, attempt: str) -> None:
    user = connections[alias].settings_dict["USER"]
    with enter(user, name(alias)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(attempt)


@pytest.mark.parametrize("alias", ["default", "identity"])
def test_the_site_reads_which_migrations_ran(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone() != (0,)


def test_the_auditor_writes_no_table() -> None:
    with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=name("default"))) as inside:
        rights = "('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')"
        found = inside.execute(
            f"""SELECT table_schema, table_name, word FROM information_schema.tables, (VALUES {rights}) AS rights (word)
                WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
                AND has_table_privilege('mpm_auditor', format('%I.%I', table_schema, table_name), word)"""
        )
        assert list(found) == []


def test_a_table_that_nobody_granted_is_closed_to_the_auditor() -> None:
    with enter("mpm_owner", name("default")) as owner:
        owner.execute("CREATE TABLE public.tomorrow (id int)")
        try:
            with enter("mpm_app", name("default")) as app:
                app.execute("INSERT INTO tomorrow VALUES (1)")
            for role in ("mpm_auditor", "mpm_keeper"):
                with enter(role, name("default")) as reader, pytest.raises(InsufficientPrivilege):
                    reader.execute("SELECT * FROM public.tomorrow")
        finally:
            owner.execute("DROP TABLE public.tomorrow")


def test_the_logs_keeper_reads_the_log_and_nothing_else() -> None:
    with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=name("default"))) as inside:
        readable = inside.execute(
            """SELECT table_schema || '.' || table_name FROM information_schema.tables
               WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND has_any_column_privilege(
                   'mpm_keeper', format('%I.%I', table_schema, table_name), 'SELECT, INSERT, UPDATE, REFERENCES')"""
        )
        assert {table for (table,) in readable} == {"audit.event", "audit.head", "audit.mention"}
        callable_ = inside.execute(
            """SELECT pg_proc.oid::regprocedure::text FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
               WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND has_function_privilege(
                   'mpm_keeper', pg_proc.oid, 'EXECUTE')"""
        )
        assert list(callable_) == []
    with enter("mpm_keeper", name("default")) as keeper:
        assert keeper.execute("SELECT count(*) FROM audit.event").fetchone() is not None
        for attempt in ("SELECT audit.record('a:b', 'system', 'a', '{}')", "SELECT * FROM public.contributions_photo"):
            with pytest.raises(InsufficientPrivilege):
                keeper.execute(attempt)


def test_the_auditors_role_reaches_no_session_and_no_setting_of_the_logs_keeper() -> None:
    with enter("mpm_keeper", name("default")) as keeper, enter("mpm_auditor", name("default")) as auditor:
        for attempt in (
            f"SELECT pg_terminate_backend({keeper.info.backend_pid})",
            f"SELECT pg_cancel_backend({keeper.info.backend_pid})",
            "ALTER ROLE mpm_keeper SET statement_timeout = '1ms'",
            "ALTER ROLE mpm_keeper PASSWORD 'mine'",
        ):
            with pytest.raises(InsufficientPrivilege):
                auditor.execute(attempt)


def test_setting_up_again_takes_back_what_a_role_should_not_have(superuser: psycopg.Connection) -> None:
    superuser.execute("ALTER ROLE mpm_auditor CREATEDB")
    roles.make_roles(superuser, {})
    assert superuser.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = 'mpm_auditor'").fetchone() == (False,)
    enter("mpm_auditor", name("default")).close()


def test_a_new_role_needs_a_password(superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "LOGIN_ROLES", ("mpm_nobody_yet",))
    with pytest.raises(roles.PasswordMissing):
        roles.make_roles(superuser, {})
    assert superuser.execute("SELECT 1 FROM pg_roles WHERE rolname = 'mpm_nobody_yet'").fetchone() is None


@pytest.mark.requirement("I2")
def test_a_process_without_identity_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASES", {"default": settings.DATABASES["default"]})
    with pytest.raises(ImproperlyConfigured, match="no access to identities"):
        Identity.objects.count()
    assert DataKey.objects.count() == 0


def test_nothing_points_across_the_two_databases() -> None:
    router = IdentityApart()
    assert not router.allow_relation(Identity(), DataKey())
    assert router.allow_relation(DataKey(), DataKey())
    assert [router.allow_migrate(alias, "identity") for alias in ALL] == [False, True, False]
    assert [router.allow_migrate(alias, "vault") for alias in ALL] == [True, False, False]
