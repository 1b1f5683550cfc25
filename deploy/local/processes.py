"""The processes of a local instance and what each is told."""

import os
import sys
from collections.abc import Mapping, Sequence

from deploy.local import environment
from deploy.local.environment import Access
from deploy.local.postgres import Postgres
from deploy.local.state import State
from deploy.local.supervisor import Process
from deploy.local.valkey import Valkey
from mpm_site import kinds

CELERY = (sys.executable, "-m", "celery", "-A", "mpm_site.celery")
# Celery would otherwise import every page to check it; the web process and `make check` do that.
NO_CHECKS = {"CELERY_SKIP_CHECKS": "1"}
# What a worker takes that nobody waits for: the processor's time that all others leave.
LAST_IN_LINE = ("nice", "-n", "19")
# Above this the text worker's process is replaced by a fresh one after its work.
TEXT_WORKER_KB = 150_000
# A stopping worker finishes its photo first.
WORKER_STOP_SECONDS = 40
# Queue -> databases. Nothing that reads a picture knows an address; what mails knows no photo; what signs the log can
# change nothing in any database.
WORKERS: dict[str, set[Access]] = {queue: environment.access(queue) for queue in kinds.QUEUES}


class Plan:
    """Names the processes for one state folder, its services and the site's settings."""

    def __init__(self, state: State, postgres: Postgres, valkey: Valkey, settings: Mapping[str, str]) -> None:
        self._state = state
        self._postgres = postgres
        common = environment.common(state, valkey, settings["MPM_SITE_URL"])
        self._settings = {**environment.of_shell(), **common, **settings}

    def env(self, *access: Access) -> dict[str, str]:
        """The environment of a process with access to these databases."""
        reach = environment.databases(self._state, self._postgres, set(access))
        return {**self._settings, **environment.no_research(), **reach}

    def web(self, listener: int) -> Process:
        """The web server, on a socket that listens already."""
        return self._process(
            "web",
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py"],
            {**self.env(*environment.access("web")), "MPM_BIND": f"fd://{listener}"},
            sockets=[listener],
        )

    def inbox(self, smtp: int, web: int) -> Process:
        """The mail catcher and its pages, on sockets that listen already."""
        folder = str(self._state.folder("mail"))
        command = [sys.executable, "-m", "deploy.local.inbox", folder, str(smtp), str(web)]
        return self._process("inbox", command, environment.of_shell(), sockets=[smtp, web])

    def workers(self) -> list[Process]:
        """One worker for each queue."""
        return [self._worker(queue, access) for queue, access in WORKERS.items()]

    def beat(self) -> Process:
        """The clock: it only sends messages, so it gets no database."""
        schedule = str(self._state.folder("beat") / "schedule")
        command = [*CELERY, "beat", "--loglevel=WARNING", "-s", schedule]
        return self._process("beat", command, {**self.env(), **NO_CHECKS})

    def _worker(self, queue: str, access: set[Access]) -> Process:
        concurrency = max(1, (os.cpu_count() or 2) // 2) if queue in {"images", "releases"} else 1
        command = [*CELERY, "worker", "-Q", queue, "-n", f"{queue}@localhost", "-c", str(concurrency)]
        command += ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        env = {**self.env(*access), **NO_CHECKS}
        if queue == "mail":
            env |= environment.mail_keyring(self._state)
        if queue == "text":
            # It has no hurry, and gives back what the models took once it has worked.
            command = [*LAST_IN_LINE, *command, f"--max-memory-per-child={TEXT_WORKER_KB}"]
        if queue == "log":
            env |= environment.log_keys(self._state)
            # One at a time in any case, so without a second process.
            command.append("--pool=solo")
        return self._process(queue, command, env, stop_seconds=WORKER_STOP_SECONDS)

    def _process(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        sockets: Sequence[int] = (),
        stop_seconds: float = 25,
    ) -> Process:
        log = self._state.folder("log") / f"{name}.log"
        told = kinds.only(name, env) if name in kinds.KINDS else env
        return Process(name, command, told, log, sockets, stop_seconds)
