"""Where a process of the stack runs, and how it is started, watched and ended: always by its own process id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import child
from deploy.local.services import ServiceFailed, tail

START_SECONDS = 60
STOP_SECONDS = 20
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Host:
    """A machine, or what stands for one: its address, and what is put before a command to run there."""

    address: str = "127.0.0.1"
    prefix: tuple[str, ...] = ()

    def free_port(self) -> int:
        """A port that nobody listens on; behind a prefix nobody else is, so ports count up from one number."""
        if self.prefix:
            return next(_COUNTED)
        with socket.socket() as found:
            found.bind((self.address, 0))
            port: int = found.getsockname()[1]
            return port


_COUNTED = iter(range(20_000, 30_000))
HERE = Host()


class Running:
    """One process (with those it starts) on a host. Its output goes to a log."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        host: Host,
        env: Mapping[str, str],
        log: Path,
        cwd: Path,
        ends_by: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        self._ends_by = ends_by
        with log.open("ab") as output:
            self._process = child.start(
                [*host.prefix, *map(str, command)],
                ends_by=ends_by,
                env=dict(env),
                cwd=cwd,
                stdout=output,
                stderr=output,
            )

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its process group."""
        return self._process.pid

    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.poll()

    def wait_until(self, answers: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
        """Wait until it answers; raises ServiceFailed, with the end of its log, when it ends or does not."""
        last = time.monotonic() + seconds
        while time.monotonic() < last and self.returncode() is None:
            if answers():
                return
            time.sleep(LOOK_SECONDS)
        code = self.returncode()
        self.kill()
        raise ServiceFailed(f"{self.log.stem} did not answer (code {code}).\n{tail(self.log, 30)}")

    def ask_to_stop(self) -> None:
        """Let it finish what it does and end."""
        if self._process.poll() is None:
            self._process.send_signal(self._ends_by)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to end; kill it and what it started when it does not."""
        if self._process.poll() is None:
            self.ask_to_stop()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """As by kill -9: it and everything that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def pause(self) -> None:
        """Let it hang: it keeps its connections and answers nobody."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """End a pause."""
        os.killpg(self._process.pid, signal.SIGCONT)


class Engine:
    """What a site stands on: one process or several on a host, of which clients speak to the last.

    Files of its own are in `_folder`; its logs lie beside that.
    """

    def __init__(self, folder: Path, *, host: Host = HERE, port: int | None = None) -> None:
        self.host, self.port = host, port or host.free_port()
        self._folder = folder / type(self).__name__.lower()
        self._processes: list[Running] = []

    @property
    def process(self) -> Running:
        """The process that clients speak to."""
        return self._processes[-1]

    def stop(self) -> None:
        """Stop all; what it holds is kept for the next start."""
        for process in reversed(self._processes):
            process.stop()
        self._processes = []

    def _run(
        self,
        name: str,
        *command: str | Path,
        env: Mapping[str, str],
        cwd: Path | None = None,
        ends_by: signal.Signals = signal.SIGTERM,
    ) -> Running:
        log = self._folder.parent / f"{name}.log"
        running = Running(command, host=self.host, env=env, log=log, cwd=cwd or self._folder, ends_by=ends_by)
        self._processes.append(running)
        return running


def listens(address: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError:
        return False
    return True
