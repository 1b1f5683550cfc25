"""A broker of its own that can be wiped and killed at any moment, and real workers that take what waits in it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from kombu import Connection
from redis import Redis

from deploy.local.processes import NO_CHECKS
from deploy.local.state import State
from deploy.local.valkey import Valkey
from mpm_site.celery import app

# What the clock sends, of which a photo, a crop and a release need something.
SWEEPS = {
    "contributions.tasks.sweep": "sweep",
    "contributions.tasks.sweep_across": "sweep",
    "annotation.tasks.sweep": "sweep",
    "releases.tasks.sweep": "releases",
}
QUEUES = "images,sweep,releases"


@dataclass
class Broker:
    """An embedded broker in a folder of its own."""

    state: State
    server: Valkey

    @property
    def url(self) -> str:
        """Where workers and senders find it."""
        return self.server.url

    def wipe(self) -> None:
        """Forget every message, those under way too, as a broker does whose disk was lost."""
        with Redis(unix_socket_path=str(self.state.runtime() / "valkey.sock")) as client:
            client.flushall()

    def waiting(self, queue: str) -> int:
        """How many messages nobody has taken."""
        with Redis(unix_socket_path=str(self.state.runtime() / "valkey.sock")) as client:
            return int(client.llen(queue))

    def kill(self) -> None:
        """Kill it as by kill -9, and lose what it held."""
        folder = self.state.folder("valkey")
        os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
        while self.server.returncode() is None:
            time.sleep(0.01)
        shutil.rmtree(folder)
        self.state.folder("valkey")

    def start(self) -> None:
        """Start it, again or for the first time."""
        self.server.start()

    def sweep(self) -> None:
        """Send what the clock sends."""
        for task, queue in SWEEPS.items():
            app.send_task(task, queue=queue)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Have this process send its messages here."""
        send = app.send_task

        def here(name: str, **options: Any) -> object:
            with Connection(self.url) as connection:
                return send(name, connection=connection, **options)

        with patch.object(app, "send_task", here):
            yield


@contextmanager
def broker() -> Iterator[Broker]:
    """A broker, gone at the end with all that it wrote."""
    with tempfile.TemporaryDirectory(prefix="mpm-broker-") as folder:
        state = State(Path(folder, "state"))
        state.acquire()
        made = Broker(state, Valkey(state))
        made.start()
        try:
            yield made
        finally:
            made.server.stop()
            shutil.rmtree(state.runtime(), ignore_errors=True)
            state.release()


@contextmanager
def workers(
    broker: Broker, *, queues: str = QUEUES, concurrency: int = 2, reader: str = "none", include: str = ""
) -> Iterator[Path]:
    """Real workers on these databases, which take from that broker; the file that they log to. Ended at the end.

    `include` names a module with more tasks.
    """
    log = broker.state.folder("log") / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "mpm_site.celery", "worker", "-Q", queues, "-c", str(concurrency)]
    command += ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    command += ["--include", include] if include else []
    env = {**os.environ, **NO_CHECKS, "MPM_BROKER_URL": broker.url, "MPM_TEXT_READER": reader}
    env |= {"DJANGO_SETTINGS_MODULE": "mpm_site.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=file, stderr=file)
        try:
            yield log
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
