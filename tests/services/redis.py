"""Redis as Debian packages it, over TCP with a password, keeping what it takes in an append-only file."""

import os
import secrets
import socket
from pathlib import Path

from tests.services.host import HERE, Host, Running


class Redis:
    """One broker."""

    def __init__(self, folder: Path, *, host: Host = HERE) -> None:
        self.host, self.port = host, host.free_port()
        self._folder = folder / "redis"
        self._password = secrets.token_hex(16)
        self._running: Running | None = None

    @property
    def url(self) -> str:
        """The address for the task queue's client."""
        return f"redis://:{self._password}@{self.host.address}:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceFailed."""
        self._folder.mkdir(exist_ok=True, mode=0o700)
        settings = self._folder / "redis.conf"
        settings.write_text(
            f"bind {self.host.address}\nport {self.port}\nrequirepass {self._password}\ndir {self._folder}\n"
            'appendonly yes\nsave ""\ndaemonize no\nmaxmemory-policy noeviction\n'
        )
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        log = self._folder.parent / "redis.log"
        self._running = Running(["redis-server", settings], host=self.host, env=env, log=log, cwd=self._folder)
        self._running.wait_until(self._answers)

    def stop(self) -> None:
        """Stop it; what it holds is kept for the next start."""
        if self._running:
            self._running.stop()

    @property
    def process(self) -> Running:
        """The broker's process."""
        assert self._running
        return self._running

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host.address, self.port), timeout=5) as client:
                client.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                told = client.makefile("rb")
                return (told.readline(), told.readline()) == (b"+OK\r\n", b"+PONG\r\n")
        except OSError:
            return False
