"""Redis as Debian packages it, over TCP with a password, keeping what it takes in an append-only file."""

import os
import secrets
import socket
from pathlib import Path

from tests.services.host import HERE, Engine, Host


class Redis(Engine):
    """One broker."""

    def __init__(self, folder: Path, *, host: Host = HERE) -> None:
        super().__init__(folder, host=host)
        self._password = secrets.token_hex(16)

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
        self._run("redis", "redis-server", settings, env=env).wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host.address, self.port), timeout=5) as client:
                client.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with client.makefile("rb") as told:
                    return (told.readline(), told.readline()) == (b"+OK\r\n", b"+PONG\r\n")
        except OSError:
            return False
