"""Keeps the processes of a local instance running, and stops them in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deploy.local import child
from deploy.local.progress import say
from deploy.local.services import tail
from deploy.local.state import CHECKOUT

LONGEST_WAIT_SECONDS = 30
SETTLED_SECONDS = 60
ROTATE_BYTES = 5_000_000
QUICK_DEATHS = 4


class Service(Protocol):
    """What the site cannot run without: its end is the end of the run."""

    def returncode(self) -> int | None:
        """The exit code once it ended."""


class GaveUp(Exception):
    """A process cannot be kept running; the message says which, with the end of its log."""


@dataclass
class Process:
    """One process: how it is started and, since it may die and come back, how that went so far."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    sockets: Sequence[int] = ()
    stop_seconds: float = 20
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0, init=False)
    _deaths: int = field(default=0, init=False)
    _again_at: float = field(default=0, init=False)

    def start(self) -> None:
        """Start it; its output goes to its log."""
        if self.log.exists() and self.log.stat().st_size > ROTATE_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.running = child.start(
                self.command, cwd=CHECKOUT, env=self.env, stdout=log, stderr=log, pass_fds=self.sockets
            )
        self._started = time.monotonic()

    def look(self) -> None:
        """Start it again if it died, after a wait that doubles. Raises GaveUp when it never settles."""
        now = time.monotonic()
        if self.running is None:
            if now >= self._again_at:
                self.start()
            return
        code = self.running.poll()
        if code is None:
            return
        self._deaths = 1 if now - self._started > SETTLED_SECONDS else self._deaths + 1
        self.running = None
        if self._deaths > QUICK_DEATHS:
            raise GaveUp(f"{self.name} ended {self._deaths} times in a row; the end of {self.log}:\n{tail(self.log)}")
        wait = min(2 ** (self._deaths - 1), LONGEST_WAIT_SECONDS)
        self._again_at = now + wait
        say(f"{self.name} ended (code {code}); it starts again in {wait} s.")
        if self._deaths == 1:
            say(f"{self.log} ends with:\n{tail(self.log, 6)}")

    def ask_to_stop(self) -> None:
        """Let it finish what it does and end."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)

    def wait_or_kill(self) -> None:
        """Wait for the end, and end it and its children when it takes too long."""
        if self.running is None:
            return
        try:
            self.running.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in {self.stop_seconds:.0f} s and is killed.")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


class Supervisor:
    """All processes of a run. They are started in the order given and stopped in the reverse order of their ranks."""

    def __init__(self, ranks: Sequence[Sequence[Process]], services: Mapping[str, Service]) -> None:
        self._ranks = ranks
        self._services = services

    def start(self) -> None:
        """Start every process."""
        for rank in self._ranks:
            for process in rank:
                process.start()

    def look(self) -> None:
        """Start again what died. Raises GaveUp when that does not help or a service ended."""
        for name, service in self._services.items():
            if service.returncode() is not None:
                raise GaveUp(f"{name} ended by itself (code {service.returncode()}).")
        for rank in self._ranks:
            for process in rank:
                process.look()

    def pids(self) -> dict[str, int]:
        """The process id of each process that runs."""
        return {p.name: p.running.pid for rank in self._ranks for p in rank if p.running is not None}

    def stop(self) -> None:
        """Stop rank by rank, the last first; the processes of one rank at the same time."""
        for rank in reversed(self._ranks):
            for process in rank:
                process.ask_to_stop()
            for process in rank:
                process.wait_or_kill()
