"""The site on several hosts: web on one, workers on two, the engines with clock, log and mail on another."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mpm_site.kinds import QUEUES
from tests.services import hosts, stack, waiting
from tests.services.host import Running, listens
from tests.services.hosts import FRONT, ONE, SERVICES, TWO, WEB, Network
from tests.services.nginx import Nginx
from tests.services.rabbitmq import RabbitMQ
from tests.services.site import START_SECONDS, Site
from tests.services.stack import Services

AT_WORK: Final = ("images", "releases", "sweep")
BESIDE: Final = tuple(queue for queue in QUEUES if queue not in AT_WORK)
# Small shards, so that a build has many.
SHARD_PHOTOS: Final = 2
SETTINGS: Final = {
    "MPM_CLIENT_HOURLY_FILES": "1000",
    "MPM_UPLOADS_AT_ONCE_EACH": "64",
    "MPM_WEB_WORKERS": "1",
    "MPM_RELEASE_SHARD_PHOTOS": str(SHARD_PHOTOS),
}
PORT: Final = re.compile(r"(server [\d.]+:)\d+( )")
# The proxy starts a process that knows the new port, and only then has the old one take nothing more.
TURN_SECONDS: Final = 3
# A lock on a photo or a shard, which its worker's connection holds.
IN_HAND: Final = """
    SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND host(client_addr) = %s
"""


@dataclass
class Cluster:
    """A running site, its hosts, and what runs on each."""

    network: Network
    on: Services
    nginx: Nginx
    site: Site
    ports: tuple[int, int]
    workers: dict[tuple[str, str], Running] = field(default_factory=dict)
    webs: dict[int, Running] = field(default_factory=dict)

    def serve(self, port: int) -> None:
        """Start a web process."""
        self.webs[port] = self.site.web(port=port, host=self.network.host(WEB, FRONT))

    def wait_for(self, port: int) -> None:
        """Wait until a web process takes requests: it listens once the site is loaded."""
        self.webs[port].wait_until(lambda: listens(self.nginx.host.address, port), seconds=START_SECONDS)

    def turn_to(self, port: int) -> None:
        """Have the proxy hand every new request to the web process on this port alone."""
        told = self.nginx.folder / "mpm" / "upstreams.conf"
        told.write_text(PORT.sub(rf"\g<1>{port}\g<2>", told.read_text()))
        os.kill(self.nginx.process.pid, signal.SIGHUP)
        time.sleep(TURN_SECONDS)

    def work(self, host: str, *queues: str) -> None:
        """Start workers of these queues on a host; of all that it has when none is named."""
        for queue in queues or AT_WORK:
            self.workers[host, queue] = self.site.worker(queue, host=self.network.host(host))

    def lose(self, host: str) -> None:
        """As by a power cut: what ran there is gone, and nobody is told."""
        self.network.cut(host)
        for (place, _queue), worker in self.workers.items():
            if place == host:
                worker.kill()

    def find_again(self, host: str) -> None:
        """Bring a lost host back, with its workers."""
        self.network.mend(host)
        self.work(host)

    def restart_broker(self, *, after: float) -> None:
        """Kill the broker, and start it again after so many seconds."""
        broker = self.on.broker
        assert isinstance(broker, RabbitMQ)
        broker.process.kill()
        broker.stop()
        time.sleep(after)
        broker.start()

    def has_in_hand(self, host: str) -> bool:
        """Whether a worker of this host is at a photo or a shard."""
        return bool(self.rows(IN_HAND, self.network.host(host).address)[0][0])

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement finds in the research database, asked by a superuser."""
        return waiting.rows(self.on.postgres, statement, *values)

    def one(self, statement: str, *values: object) -> Any:
        """The one value that a statement finds."""
        ((value,),) = self.rows(statement, *values)
        return value

    def mails(self) -> list[Path]:
        """The mails that came."""
        return sorted((self.site.folder / "mail").glob("*.eml"))

    def by_hand(self, call: str) -> Any:
        """What a function of tests.services.by_hand returns, called with these words inside of Django."""
        program = f"from tests.services import by_hand; print(json.dumps({{'it': by_hand.{call}}}))"
        return self.site.call(program)["it"]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Build the hosts and start the site on them, until the block ends; skips where a machine allows no such hosts."""
    with ExitStack() as parts:
        network = parts.enter_context(hosts.network())
        back, front = network.host(SERVICES), network.host(WEB, FRONT)
        on = parts.enter_context(stack.services(folder, host=back))
        nginx = Nginx(folder, host=front)
        parts.callback(nginx.stop)
        smtp = back.free_port()
        told = {
            **on.settings(),
            **SETTINGS,
            "MPM_SITE_URL": nginx.url,
            "MPM_SMTP_HOST": back.address,
            "MPM_SMTP_PORT": str(smtp),
            "MPM_PROXY_ADDRESSES": front.address,
        }
        site = Site(folder, postgres=on.postgres, settings=told)
        parts.callback(site.stop)
        site.prepare()
        site.inbox(smtp=smtp, web=back.free_port(), host=back)
        made = Cluster(network, on, nginx, site, (front.free_port(), front.free_port()))
        for host in (ONE, TWO):
            made.work(host)
        for queue in BESIDE:
            site.worker(queue, host=back)
        site.beat(host=back)
        made.serve(made.ports[0])
        nginx.start([(front.address, made.ports[0])])
        made.wait_for(made.ports[0])
        yield made
