"""Debian's PostgreSQL over TCP, in a cluster of its own, with a password for every role."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from deploy.local.services import ServiceFailed
from tests.services.host import HERE, Engine, Host

ACCOUNT = "postgres"
PROGRAMS = Path("/usr/lib/postgresql")
PASSWORD = "superuser's own"
# Loopback and the private networks that several hosts on one machine are given.
HBA = "host all all 0.0.0.0/0 scram-sha-256\n"


class PostgresServer(Engine):
    """One server. Its folder is outside of the tests' own, which PostgreSQL's account may not enter."""

    def __init__(self, folder: Path, *, host: Host = HERE) -> None:
        super().__init__(folder, host=host)
        self.home = Path(tempfile.mkdtemp(prefix="mpm-services-"))
        self._programs = _newest()

    def url(self, user: str, password: str, database: str) -> str:
        """The address of one database as one role."""
        return f"postgresql://{quote(user)}:{quote(password)}@{self.host.address}:{self.port}/{database}"

    @property
    def superuser_url(self) -> str:
        """The address for setting up roles and databases."""
        return self.superuser_url_of("postgres")

    def superuser_url_of(self, database: str) -> str:
        """The address of one database as the superuser, for tests to look into it."""
        return self.url("postgres", PASSWORD, database)

    def start(self) -> None:
        """Make the cluster when there is none, start the server, wait until it answers. Raises ServiceFailed."""
        if not (self.home / "data").exists():
            self._make_cluster()
        command = [*self._as_account("INT"), self._programs / "postgres", "-D", self.home / "data"]
        for name, value in {
            "listen_addresses": self.host.address,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
        }.items():
            command += ["-c", f"{name}={value}"]
        server = self._run("postgres", *command, env=_environment(), cwd=Path("/"), ends_by=signal.SIGINT)
        server.wait_until(self._answers)
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            # As docs/operate asks of a server that is the site's own.
            connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")

    def stop(self) -> None:
        """Stop the server and remove its cluster."""
        super().stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.superuser_url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_cluster(self) -> None:
        password = self.home / "password"
        password.write_text(PASSWORD)
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            for path in (self.home, password):
                os.chown(path, account.pw_uid, account.pw_gid)
        command = [*self._as_account("KILL"), str(self._programs / "initdb"), "-D", str(self.home / "data")]
        command += ["-U", "postgres", "--auth=scram-sha-256", "--pwfile", str(password), "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(), cwd="/")
        password.unlink()
        if made.returncode:
            raise ServiceFailed(made.stderr)
        (self.home / "data" / "pg_hba.conf").write_text(HBA)

    @staticmethod
    def _as_account(ends_by: str) -> list[str | Path]:
        # PostgreSQL refuses to run as root. The signal is set anew: it is lost with a change of user.
        if os.geteuid():
            return []
        return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", "--pdeathsig", ends_by]


def _newest() -> Path:
    found = sorted(PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise ServiceFailed("PostgreSQL is not installed: deploy/services/install.sh.")
    return found[-1]


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
