"""The PostgreSQL roles and databases that the site's trust boundaries stand on; needs PostgreSQL 15 or newer.

mpm_owner migrates both databases; mpm_app runs on research and mpm_identity on identity, each with rows only;
mpm_log (cannot sign in) owns the log; mpm_auditor reads what migrations grant it, one table at a time; mpm_keeper, the
log worker's, reads the log's tables alone, and shares no sessions and no settings with the web process. Everything here
may run again at any time.
"""

from collections.abc import Mapping
from typing import Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

Kind = Literal["research", "identity"]
# From here on a grant says by itself that the member inherits nothing; before, NOINHERIT of the member says it for all.
GRANTS_SAY_INHERIT = 160000
# From here on PostgreSQL brings its own C.UTF-8; before, it is the system's.
BUILTIN_LOCALE = 170000

LOGIN_ROLES = ("mpm_owner", "mpm_app", "mpm_identity", "mpm_auditor", "mpm_keeper")
LOG_ROLE = "mpm_log"
# Who works with the rows of each database, who reads some of them, and who may enter for what migrations grant alone.
WRITER: dict[Kind, str] = {"research": "mpm_app", "identity": "mpm_identity"}
READERS: dict[Kind, tuple[str, ...]] = {"research": ("mpm_auditor",), "identity": ()}
VISITORS: dict[Kind, tuple[str, ...]] = {"research": ("mpm_keeper",), "identity": ()}
# Who backs up, where somebody made the role (docs/operate/backup.md): it reads everything once it is let in.
BACKUP_ROLE = "mpm_backup"


class PasswordMissing(Exception):
    """A role has to be made and no password was given for it."""

    def __init__(self, role: str) -> None:
        super().__init__(f"A password for {role} is needed to make it.")
        self.role = role


def bootstrap(superuser: str, passwords: Mapping[str, str], databases: Mapping[Kind, str]) -> None:
    """Make or correct the roles and the named databases over a superuser's connection address.

    `passwords` is by role; a role that exists and is not in it keeps its password. Raises PasswordMissing.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        make_roles(connection, passwords)
        for kind, name in databases.items():
            make_database(connection, kind, name)
    for kind, name in databases.items():
        with psycopg.connect(make_conninfo(superuser, dbname=name)) as connection:
            prepare_database(connection, kind)


def make_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the roles, or set those that exist back to what they may be. Raises PasswordMissing."""
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (*LOGIN_ROLES, LOG_ROLE):
        if role not in known and role != LOG_ROLE and role not in passwords:
            raise PasswordMissing(role)
        if role not in known:
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        connection.execute(
            sql.SQL("ALTER ROLE {} {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT").format(
                sql.Identifier(role), sql.SQL("NOLOGIN" if role == LOG_ROLE else "LOGIN")
            )
        )
        if role in passwords:
            # Hashed here: the server and its logs never see the password.
            verifier = connection.pgconn.encrypt_password(
                passwords[role].encode(), role.encode(), b"scram-sha-256"
            ).decode()
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier)))
    # The owner migrates the log by SET ROLE and has none of the log's rights otherwise.
    grant = "GRANT mpm_log TO mpm_owner"
    if connection.info.server_version >= GRANTS_SAY_INHERIT:
        grant += " WITH INHERIT FALSE, SET TRUE, ADMIN FALSE"
    connection.execute(grant.encode())


def make_database(connection: psycopg.Connection, kind: Kind, name: str, *, template: str = "template0") -> None:
    """Make a database owned by mpm_owner when it is missing, and let in just the roles that work with it or back it up.

    The connection must be a superuser's and in autocommit mode.
    """
    database = sql.Identifier(name)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        locale = "ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        if connection.info.server_version >= BUILTIN_LOCALE:
            locale = "ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER mpm_owner TEMPLATE {} {}").format(
                database, sql.Identifier(template), sql.SQL(locale if template == "template0" else "")
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    backs_up = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", [BACKUP_ROLE]).fetchone() or ()
    for role in (WRITER[kind], *READERS[kind], *VISITORS[kind], *backs_up):
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(role)))
    if kind == "research":
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO mpm_log").format(database))


def prepare_database(connection: psycopg.Connection, kind: Kind) -> None:
    """Set, inside a database, what each role may do with the tables that migrations make later."""
    writer = sql.Identifier(WRITER[kind])
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    if connection.info.server_version < GRANTS_SAY_INHERIT:
        # Who inherits nothing has not even what the owner of a database otherwise may in it.
        connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO mpm_owner")
    for role in (WRITER[kind], *READERS[kind]):
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(role)))
    for right in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE mpm_owner IN SCHEMA public GRANT {} TO {}").format(
                sql.SQL(right), writer
            )
        )
    for role in ("mpm_owner", LOG_ROLE):
        # PostgreSQL lets everybody call a new function unless this is said once for its maker.
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC").format(
                sql.Identifier(role)
            )
        )
    if connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone() == (True,):
        connection.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON public.django_migrations FROM {}").format(writer))
