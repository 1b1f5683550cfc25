"""The drill's own site: services, roles, databases, folders; and its backup and restore, as an operator does them."""

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import django
from django.core.management import call_command
from psycopg.conninfo import make_conninfo

from deploy.local import environment, migrations
from deploy.local.environment import IDENTITY, RESEARCH
from deploy.local.postgres import Layout, Postgres
from deploy.local.processes import Plan
from deploy.local.progress import say
from deploy.local.state import CHECKOUT, State
from deploy.local.valkey import Valkey
from mpm_site import roles


@dataclass(frozen=True)
class Site:
    """A throw-away site: its folder, its database server, and how each of its processes is told of them."""

    root: Path
    state: State
    postgres: Postgres
    plan: Plan

    @property
    def cluster(self) -> Path:
        """The database server's own folder, which for root lies elsewhere."""
        return Layout.of(self.state).home

    @property
    def backups(self) -> Path:
        """Where the drill keeps its backups."""
        return self.root / "backups"

    def manage(self, *arguments: str, owner: bool = False) -> tuple[int, str]:
        """Run a management command in another process, as the run-time roles or the owner: code and words."""
        reach = self.plan.env("owner") if owner else self.plan.env("research", "identity")
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env={**reach, "TMPDIR": str(self.root / "tmp")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).strip()

    def back_up(self) -> None:
        """Copy the stopped server's folder, both databases' dumps and the object store."""
        shutil.rmtree(self.backups, ignore_errors=True)
        self.backups.mkdir(mode=0o700)
        for name in (RESEARCH, IDENTITY):
            self._dump(name)
        self.postgres.stop()
        shutil.copytree(Layout.of(self.state).data, self.backups / "cluster", symlinks=True)
        shutil.copytree(self.root / "site" / "objects", self.backups / "objects")
        self.postgres.start()

    def restore(self) -> None:
        """Put the backup of the server's folder in the place of its own, and the lost objects back into the store."""
        self.postgres.stop()
        data = Layout.of(self.state).data
        shutil.rmtree(data)
        shutil.copytree(self.backups / "cluster", data, symlinks=True)
        account = Layout.of(self.state).account
        if account is not None:
            for path in (data, *data.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        shutil.copytree(self.backups / "objects", self.root / "site" / "objects", dirs_exist_ok=True)
        self.postgres.start()

    def _dump(self, name: str) -> None:
        address = make_conninfo(self.postgres.superuser_url, dbname=name)
        command = [self.postgres.program("pg_dump"), "--dbname", address]
        with (self.backups / f"{name}.sql").open("wb") as file:
            subprocess.run(command, stdout=file, check=True, env={"LD_LIBRARY_PATH": self.postgres.libraries})


def start(root: Path, stack: ExitStack) -> Site:
    """Start services, make both databases and the keys, and set this process up as one of the site's."""
    say("Starting a site of its own: database, broker, keys, notices.")
    (root / "tmp").mkdir(mode=0o700)
    state = State(root / "site")
    state.acquire()
    stack.callback(state.release)
    stack.callback(_throw_away, state)
    postgres, valkey = Postgres(state), Valkey(state)
    stack.callback(postgres.stop)
    postgres.start()
    stack.callback(valkey.stop)
    valkey.start()
    databases: dict[roles.Kind, str] = {"research": RESEARCH, "identity": IDENTITY}
    roles.bootstrap(postgres.superuser_url, environment.passwords(state), databases)
    plan = Plan(state, postgres, valkey, {"MPM_SITE_URL": "http://localhost:8000", "MPM_CLIENT_HOURLY_FILES": "100000"})
    migrations.migrate(postgres.superuser_url, databases, plan.env("owner"))
    os.environ.update(plan.env("research", "identity", "keeper") | environment.log_keys(state))
    os.environ["TMPDIR"] = str(root / "tmp")
    # One person reads all photos of the drill.
    os.environ["MPM_SECOND_OPINION_PERCENT"] = "0"
    # Each round publishes a release of its own, however few photos the one before has lost.
    os.environ["MPM_WITHDRAWAL_BATCH"] = "1"
    # A release has several shards, of which some hold none of what is erased.
    os.environ["MPM_RELEASE_SHARD_PHOTOS"] = "4"
    django.setup()
    for command in ("make_keys", "make_log_key", "publish_notices"):
        with Path(os.devnull).open("w") as nowhere:
            call_command(command, stdout=nowhere)
    return Site(root, state, postgres, plan)


def rounds(where: Site, failures: Sequence[str], *, photos: int) -> list[int]:
    """Hold the drill once for each of these seeded failures; the exit code of each."""
    # Rooms can be imported only after the set-up.
    hold = importlib.import_module("deploy.local.drill.story").hold
    return [hold(where, failure, photos=photos) for failure in failures]


def _throw_away(state: State) -> None:
    for folder in (Layout.of(state).home, state.runtime()):
        shutil.rmtree(folder, ignore_errors=True)
