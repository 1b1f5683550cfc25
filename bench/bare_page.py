"""The yardstick of every page: a few bytes from gunicorn, with as many processes and threads, and nothing behind."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bench.annotators.client import Client, wait_for
from deploy.local import ports
from deploy.local.state import CHECKOUT

START_SECONDS: Final = 30
SECONDS: Final = 2.0
_SERVE: Final = (sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "8", "--worker-class", "gthread")
_HELLO: Final = b"<!doctype html><title>Hello</title><p>Hello</p>"


def application(_environ: object, start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """One small page at every address."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(_HELLO)))])
    return [_HELLO]


@contextmanager
def serving() -> Iterator[int]:
    """The port of the server, until the block ends."""
    listener = ports.listen(0)
    port = ports.number(listener)
    address = f"fd://{listener.fileno()}"
    command = [*_SERVE, "--bind", address, "--log-level", "warning", "bench.bare_page:application"]
    web = subprocess.Popen(command, cwd=CHECKOUT, pass_fds=[listener.fileno()])
    try:
        wait_for(Client(port), "/", START_SECONDS)
        yield port
    finally:
        web.terminate()
        web.wait(START_SECONDS)
        listener.close()


def milliseconds(port: int, *, clients: int = 1, seconds: float = SECONDS) -> list[float]:
    """How long each page took, asked for by so many clients at once for so long."""
    until, taken = time.monotonic() + seconds, list[float]()

    def ask() -> None:
        client = Client(port)
        while (begun := time.monotonic()) < until:
            client.get("/")
            taken.append(1000 * (time.monotonic() - begun))
        client.close()

    threads = [threading.Thread(target=ask, daemon=True) for _client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def percentile(values: Sequence[float], share: int) -> float:
    """The nearest-rank percentile; NaN of nothing."""
    return sorted(values)[-(-share * len(values) // 100) - 1] if values else float("nan")
