"""Dumps of one database, by PostgreSQL's own programs. A password never stands on a command line."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from deploy.backup.refusals import NotBackedUp

# libpq's variable for each part of an address.
_PARTS = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def dump(address: str, file: Path) -> None:
    """Write the whole database at `address` to `file`, compressed, as of one moment. Raises NotBackedUp."""
    _run(["pg_dump", "--format=custom", "--no-password", f"--file={file}"], address)


def load(address: str, file: Path) -> None:
    """Bring a dump into the empty database at `address`, a superuser's: all of it or nothing. Raises NotBackedUp."""
    if not is_empty(address):
        name = conninfo_to_dict(address)["dbname"]
        raise NotBackedUp(f"The database {name} has tables. Set it aside; `manage.py bootstrap_roles` makes it anew.")
    command = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-password"]
    # What bootstrap_roles made as well is not made twice.
    listed = _run([*command[:1], "--list", str(file)], address)
    wanted = file.with_suffix(".list")
    wanted.write_text("\n".join(line for line in listed.splitlines() if " SCHEMA - public " not in line) + "\n")
    try:
        name = str(conninfo_to_dict(address)["dbname"])
        _run([*command, f"--use-list={wanted}", f"--dbname={name}", str(file)], address)
    finally:
        wanted.unlink()


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
