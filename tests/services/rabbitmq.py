"""RabbitMQ as Debian packages it: a node of its own, with its own port mapper, on the given address alone."""

import json
import os
import secrets
import subprocess
from pathlib import Path

from tests.services.host import HERE, Engine, Host, listens

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
USER, VHOST = "mpm", "mpm"


class RabbitMQ(Engine):
    """One broker, with one user and one virtual host."""

    def __init__(self, folder: Path, *, host: Host = HERE) -> None:
        super().__init__(folder, host=host)
        self._mapper_port, self._node_port = host.free_port(), host.free_port()
        self._password = secrets.token_hex(16)

    @property
    def url(self) -> str:
        """The address for the task queue's client."""
        return f"amqp://{USER}:{self._password}@{self.host.address}:{self.port}/{VHOST}"

    def start(self) -> None:
        """Start port mapper and broker and wait until it takes connections. Raises ServiceFailed."""
        self._write_settings()
        mapping = ("epmd", "-port", str(self._mapper_port), "-address", self.host.address)
        mapper = self._run("port-mapper", *mapping, env=self._environment())
        mapper.wait_until(lambda: listens(self.host.address, self._mapper_port))
        broker = self._run("rabbitmq", PROGRAMS / "rabbitmq-server", env=self._environment())
        broker.wait_until(lambda: listens(self.host.address, self.port))

    def queues(self) -> dict[str, tuple[str, int]]:
        """Each queue's type, and how many messages it holds, ready and taken together."""
        command = [str(PROGRAMS / "rabbitmqctl"), "--quiet", "--formatter", "json", "list_queues", "-p", VHOST]
        told = subprocess.run(
            [*self.host.prefix, *command, "name", "type", "messages"],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return {row["name"]: (row["type"].rpartition("_")[2], row["messages"]) for row in json.loads(told.stdout)}

    def _write_settings(self) -> None:
        self._folder.mkdir(exist_ok=True, mode=0o700)
        cookie = self._folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(secrets.token_hex(16))
            cookie.chmod(0o400)
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.default = {self.host.address}:{self.port}\n"
            f"default_user = {USER}\ndefault_pass = {self._password}\ndefault_vhost = {VHOST}\n"
            "loopback_users = none\n"
        )

    def _environment(self) -> dict[str, str]:
        interface = self.host.address.replace(".", ",")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": self.host.address,
            "RABBITMQ_NODENAME": "mpm@localhost",
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{{interface}}}",
        }
