"""Every engine and the whole site over them, on one host or on several."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from mpm_site.kinds import QUEUES
from tests.services.host import HERE, Host, Running
from tests.services.nginx import Nginx
from tests.services.postgres import PostgresServer
from tests.services.rabbitmq import RabbitMQ
from tests.services.redis import Redis
from tests.services.site import START_SECONDS, Site
from tests.services.swift import Swift

BUCKET, LOG_BUCKET = "sealed", "log-copies"
# Those of tests that work with a bucket in their own process, and empty it: never under the running site.
OWN_BUCKET, OWN_LOG_BUCKET = "sealed-by-tests", "log-copies-by-tests"
READY = "/readyz"


@dataclass
class Services:
    """The engines that a site stands on, running."""

    folder: Path
    host: Host
    postgres: PostgresServer
    broker: RabbitMQ | Redis
    swift: Swift

    def settings(self) -> dict[str, str]:
        """The site's settings for them."""
        return {
            "MPM_BROKER_URL": self.broker.url,
            **self.swift.settings(bucket=BUCKET, log_bucket=LOG_BUCKET),
        }


class Answer(NamedTuple):
    """What came back for a page."""

    status: int
    headers: Message
    body: bytes


@contextmanager
def services(
    folder: Path, *, host: Host = HERE, broker: Literal["rabbitmq", "redis"] = "rabbitmq"
) -> Iterator[Services]:
    """PostgreSQL, a broker and an object store with its buckets, until the block ends."""
    with ExitStack() as stack:
        engines = (
            PostgresServer(folder, host=host),
            RabbitMQ(folder, host=host) if broker == "rabbitmq" else Redis(folder, host=host),
            Swift(folder, host=host),
        )
        for engine in engines:
            stack.callback(engine.stop)
            engine.start()
        for name in (BUCKET, LOG_BUCKET, OWN_BUCKET, OWN_LOG_BUCKET):
            engines[2].make_bucket(name)
        yield Services(folder, host, *engines)


@dataclass
class Stack:
    """A whole site: its address, its mail's, its processes by name, and what it stands on."""

    site: str
    inbox: str
    on: Services
    nginx: Nginx
    processes: Site
    by_name: dict[str, Running] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Ask the site by the way that everybody comes."""
        return ask(self.nginx, path)

    def restart(self, queue: str) -> None:
        """Start the worker of a queue anew."""
        self.by_name[queue].stop()
        self.by_name[queue] = self.processes.worker(queue)


@contextmanager
def stack(folder: Path, *, over: Services, settings: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """The whole site on the services' host: proxy, web, a worker for each queue, clock, mail; until the block ends."""
    host = over.host
    nginx = Nginx(folder, host=host)
    smtp, inbox, web, upload = (host.free_port() for _ in range(4))
    told = {
        **over.settings(),
        "MPM_SITE_URL": nginx.url,
        "MPM_SMTP_HOST": host.address,
        "MPM_SMTP_PORT": str(smtp),
        "MPM_PROXY_ADDRESSES": host.address,
        **(settings or {}),
    }
    site = Site(folder, postgres=over.postgres, settings=told)
    with ExitStack() as parts:
        parts.callback(nginx.stop)
        parts.callback(site.stop)
        site.prepare()
        site.inbox(smtp=smtp, web=inbox, host=host)
        by_name = {queue: site.worker(queue, host=host) for queue in QUEUES}
        by_name["web"] = site.web(port=web, host=host)
        by_name["upload"] = site.web(port=upload, host=host, kind="upload")
        by_name["beat"] = site.beat(host=host)
        nginx.start([(host.address, web)], [(host.address, upload)])
        for kind, port in (("web", web), ("upload", upload)):
            by_name[kind].wait_until(partial(is_ready, host.address, port, nginx.name), seconds=START_SECONDS)
        yield Stack(nginx.url, f"http://{host.address}:{inbox}", over, nginx, site, by_name)


def ask(nginx: Nginx, path: str, *, seconds: float = 20) -> Answer:
    """One request to the proxy; raises OSError."""
    connection = http.client.HTTPSConnection(nginx.host.address, nginx.port, timeout=seconds, context=nginx.trust())
    try:
        connection.request("GET", path, headers={"Host": f"{nginx.name}:{nginx.port}", "Connection": "close"})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def is_ready(address: str, port: int, name: str) -> bool:
    """Whether a web process, asked by itself, says that it is ready for work: the proxy tells nobody."""
    connection = http.client.HTTPConnection(address, port, timeout=20)
    try:
        connection.request("GET", READY, headers={"Host": name, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        said = answer.read().decode()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        sys.stderr.write(f"{said}\n")
    return answer.status == http.HTTPStatus.OK
