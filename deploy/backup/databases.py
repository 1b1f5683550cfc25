"""Dumps of one database, by PostgreSQL's own programs. A password never stands on a command line."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from deploy.backup.refusals import NotBackedUp
from mpm_site import roles

# libpq's variable for each part of an address that has one: who, where, and how the connection is encrypted.
_PARTS: Final = {
    option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar is not None
}


def dump(address: str, file: Path) -> None:
    """Write the whole database at `address` to `file`, compressed, as of one moment. Raises NotBackedUp."""
    _run(["pg_dump", "--format=custom", "--no-password", f"--file={file}"], address)


def load(kind: roles.Kind, address: str, file: Path, *, owners: str) -> None:
    """Bring a dump into the empty database at `address`, a superuser's: all of it or nothing. Raises NotBackedUp.

    It is read as the owner, at the address `owners`: a forged dump reaches no other database and no program.
    """
    if not is_empty(address):
        name = conninfo_to_dict(address)["dbname"]
        raise NotBackedUp(f"The database {name} has tables. Set it aside; `manage.py bootstrap_roles` makes it anew.")
    command = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-password"]
    # What bootstrap_roles made as well is not made twice.
    listed = _run([*command[:1], "--list", str(file)], address)
    # Not beside the dump: nobody needs to write there who restores.
    with NamedTemporaryFile("w", suffix=".list") as wanted, _as_it_was_made(kind, address):
        wanted.write("\n".join(line for line in listed.splitlines() if " SCHEMA - public " not in line) + "\n")
        wanted.flush()
        name = conninfo_to_dict(address)["dbname"]
        _run([*command, f"--use-list={wanted.name}", f"--dbname={name}", str(file)], owners)


@contextmanager
def _as_it_was_made(kind: roles.Kind, address: str) -> Iterator[None]:
    """Meanwhile the owner has the log's rights too, and a new table gives none by itself: the dump says which."""
    writer = sql.Identifier(roles.WRITER[kind])
    with psycopg.connect(address, autocommit=True) as connection:
        try:
            for what in ("TABLES", "SEQUENCES"):
                taken = "ALTER DEFAULT PRIVILEGES FOR ROLE mpm_owner IN SCHEMA public REVOKE ALL ON {} FROM {}"
                connection.execute(sql.SQL(taken).format(sql.SQL(what), writer))
            if connection.info.server_version >= roles.GRANTS_SAY_INHERIT:
                connection.execute("GRANT mpm_log TO mpm_owner WITH INHERIT TRUE")
            connection.execute("ALTER ROLE mpm_owner INHERIT")
            yield
        finally:
            roles.make_roles(connection, {})
            roles.prepare_database(connection, kind)


def is_empty(address: str) -> bool:
    """Whether a database holds no table of the site."""
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT to_regclass('public.django_migrations') IS NULL").fetchone() == (True,)


def _run(command: list[str], address: str) -> str:
    program = shutil.which(command[0])
    if program is None:
        raise NotBackedUp(f"{command[0]} is not installed: it comes with PostgreSQL's client programs.")
    parts = conninfo_to_dict(address)
    told = {variable: str(parts[part]) for part, variable in _PARTS.items() if parts.get(part)}
    done = subprocess.run(
        [program, *command[1:]], env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotBackedUp(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
