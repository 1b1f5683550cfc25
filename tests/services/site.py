"""The site's own processes over given services: each with its own kind's environment, on whatever host it is put."""

import json
import secrets
import subprocess
import sys
from collections.abc import Mapping
from copy import copy
from pathlib import Path

from deploy.local import environment, migrations
from deploy.local.environment import IDENTITY, RESEARCH
from deploy.local.processes import CELERY, NO_CHECKS
from deploy.local.progress import run
from deploy.local.state import CHECKOUT
from mpm_site import kinds, roles
from tests.services.host import HERE, Host, Running, listens
from tests.services.postgres import PostgresServer

# Started one after the other, each would use both processors for its imports; together they still come within these.
START_SECONDS = 120
WORKER_STOP_SECONDS = 40


class Site:
    """One instance. Hosts share its keys and its log's public key; what a host has on its own disk is its own.

    `settings` are MPM_ variables that hold for all: MPM_SITE_URL, MPM_BROKER_URL, those of the buckets, ...
    """

    def __init__(self, folder: Path, *, postgres: PostgresServer, settings: Mapping[str, str]) -> None:
        self.folder = folder / "site"
        self._logs = self._folder("log")
        self._postgres = postgres
        self._passwords = {role: secrets.token_urlsafe(24) for role in roles.LOGIN_ROLES}
        self._settings = {
            **environment.of_shell(),
            "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
            "MPM_SECRET_KEY": secrets.token_urlsafe(64),
            "MPM_KEYRING": str(self._folder("keyring")),
            "MPM_KEY_COPY": str(self._folder("key-copy")),
            "MPM_STATIC_ROOT": str(self._folder("static")),
            "MPM_LOG_COPIES": str(self._folder("log-copies")),
            "MPM_LOG_VERIFIER": str(self.folder / "log.vkey"),
            "MPM_DEMO": "0",
            "MPM_TEXT_READER": "none",
            "MPM_SECOND_OPINION_PERCENT": "0",
            "MPM_WITHDRAWAL_BATCH": "1",
            **settings,
        }
        self.running: list[Running] = []

    # -- Before the first process -------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Roles, databases, tables, keys, notices, static files, as `make run` does them. Raises StepFailed."""
        databases: dict[roles.Kind, str] = {"research": RESEARCH, "identity": IDENTITY}
        superuser = self._postgres.superuser_url
        roles.bootstrap(superuser, self._passwords, databases)
        owner = {f"MPM_{kind.upper()}_URL": self._url("mpm_owner", name) for kind, name in databases.items()}
        migrations.migrate(superuser, databases, {**self._everything(), **owner})
        run([sys.executable, "-m", "deploy.local.prepare"], cwd=CHECKOUT, env=self._everything())
        environment_of_mail = self._folder("keyring-mail")
        (self.folder / "keyring" / "mail.key").replace(environment_of_mail / "mail.key")
        for name in ("mail.pub", "blind-index.key"):
            (environment_of_mail / name).symlink_to(f"../keyring/{name}")

    def also(self, settings: Mapping[str, str]) -> "Site":
        """The same instance for processes of which some settings differ."""
        other = copy(self)
        other._settings = {**self._settings, **settings}
        other.running = []
        return other

    def env(self, kind: str, host: Host = HERE) -> dict[str, str]:
        """What a process of this kind is given (mpm_site.kinds)."""
        told = {
            **self._everything(),
            "MPM_OBJECTS": str(self._folder(f"objects-{host.address}")),
            "MPM_AUDITOR_URL": self._url("mpm_keeper" if kind == "log" else "mpm_auditor", RESEARCH),
        }
        if kind == "mail":
            told["MPM_KEYRING"] = str(self.folder / "keyring-mail")
        return kinds.only(kind, told)

    def call(self, program: str, *, kind: str = "") -> dict[str, object]:
        """What a few lines of Python, run inside of Django, print as one JSON object; without a kind they reach all."""
        started = f"import django, json; django.setup()\n{program}"
        env = self.env(kind) if kind else self._everything()
        said = run([sys.executable, "-W", "ignore", "-c", started], cwd=CHECKOUT, env=env)
        answer: dict[str, object] = json.loads(said.strip().splitlines()[-1])
        return answer

    def manage(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command by hand, with access to all."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=CHECKOUT,
            env=self._everything(),
            capture_output=True,
            text=True,
            check=check,
            timeout=300,
        )

    # -- Processes ----------------------------------------------------------------------------------------------------

    def web(
        self, *, port: int, host: Host = HERE, kind: str = "web", settings: Mapping[str, str] | None = None
    ) -> Running:
        """A web server. Returns at once: wait for it by `answers`."""
        env = {**self.env(kind, host), "MPM_BIND": f"{host.address}:{port}", **(settings or {})}
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py"]
        return self._start(f"{kind}-{host.address}-{port}", command, host, env)

    def worker(self, queue: str, *, host: Host = HERE, name: str = "", processes: int = 1) -> Running:
        """A worker of one queue; `name` where a host has several of the same."""
        name = name or queue
        command = [*CELERY, "worker", "-Q", queue, "-n", f"{name}@{host.address}", "-c", str(processes)]
        command += ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        if queue == "log":
            command.append("--pool=solo")
        return self._start(f"{name}-{host.address}", command, host, {**self.env(queue, host), **NO_CHECKS})

    def beat(self, *, host: Host = HERE) -> Running:
        """The clock."""
        command = [*CELERY, "beat", "--loglevel=WARNING", "-s", str(self._folder("beat") / "schedule")]
        return self._start("beat", command, host, {**self.env("beat", host), **NO_CHECKS})

    def inbox(self, *, smtp: int, web: int, host: Host = HERE) -> Running:
        """The catcher of mail, and its pages; MPM_SMTP_HOST and MPM_SMTP_PORT must say the same."""
        command = [sys.executable, "-m", "tests.services.inbox", str(self._folder("mail"))]
        command += [host.address, str(smtp), str(web)]
        started = self._start("inbox", command, host, environment.of_shell())
        started.wait_until(lambda: listens(host.address, smtp))
        return started

    def stop(self) -> None:
        """Stop all processes, those that were started last first."""
        for process in reversed(self.running):
            process.ask_to_stop()
        for process in reversed(self.running):
            process.stop(WORKER_STOP_SECONDS)
        self.running = []

    # -- Parts --------------------------------------------------------------------------------------------------------

    def _start(self, name: str, command: list[str], host: Host, env: Mapping[str, str]) -> Running:
        started = Running(command, host=host, env=env, log=self._logs / f"{name}.log", cwd=CHECKOUT)
        self.running.append(started)
        return started

    def _everything(self) -> dict[str, str]:
        return {
            **self._settings,
            "MPM_OBJECTS": str(self._folder("objects-by-hand")),
            "MPM_RESEARCH_URL": self._url("mpm_app", RESEARCH),
            "MPM_IDENTITY_URL": self._url("mpm_identity", IDENTITY),
            "MPM_AUDITOR_URL": self._url("mpm_auditor", RESEARCH),
            "MPM_LOG_KEYS": str(self._folder("keyring-log")),
        }

    def _url(self, role: str, database: str) -> str:
        return self._postgres.url(role, self._passwords[role], database)

    def _folder(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path
