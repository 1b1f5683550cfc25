"""How quickly the first page comes while slow phones send photos, beside gunicorn's own threads.

`python -m bench.uploads`. The whole site runs with its services; the yardstick is a second web server over the same
databases. Every phone has an address of its own on loopback, since one client gets a few places only.
"""

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.bars import LANDING_MS, Bars, Beside
from bench.figure import Figure
from bench.rest import running
from bench.slow_upload import Phone, phone
from deploy.local import ports
from deploy.local.state import CHECKOUT

# How many phones at how many bytes a second each.
PHONES = ((0, 100_000), (8, 100_000), (40, 100_000), (64, 50_000))
SECONDS = 12  # an upload takes so long, and so long the page is asked for
PATIENCE = 8  # seconds that a visitor waits for a page
PAUSE = 0.1


def measure(_scale: int = 0) -> list[Figure]:
    """With as many phones as stand in PHONES."""
    return _judged().figures


def _judged() -> Bars:
    """Print and keep the times beside each other."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    bars = Bars()
    with (
        tempfile.TemporaryDirectory(prefix="mpm-bench-") as folder,
        running(Path(folder, "site"), "--throw-away") as (told, _seconds),
    ):
        port = urlsplit(told["site"]).port or 80
        print("first page while phones send slowly, over a new connection each time:")
        phones = [phone(f"127.0.0.{number}", port) for number in range(10, 10 + max(PHONES)[0])]
        with stock(told["processes"]["web"]) as other:
            for count, rate in PHONES:
                there = [Phone(each.source, other, each.cookies, each.token) for each in phones[:count]]
                bare, line = first_page("gunicorn's threads", other, there, rate)
                print(line)
                slow, line = first_page("site", port, phones[:count], rate)
                name = f"first page, {count} uploads at {rate // 1000} kB/s" if count else "first page, no upload"
                beside = Beside("gunicorn's own threads", slow / bare)
                print(line + bars.at_most(f"{name}, p95", slow, LANDING_MS, "ms", beside=beside))
    return bars


@contextmanager
def stock(web: int) -> Iterator[int]:
    """The yardstick's port: gunicorn's own worker, told what the running web process was told."""
    told = Path(f"/proc/{web}/environ").read_bytes().decode().split("\0")
    environment = dict(pair.split("=", 1) for pair in told if "=" in pair)
    listener = ports.listen(0)
    environment["MPM_BIND"] = f"fd://{listener.fileno()}"
    command = [sys.executable, "-m", "gunicorn", "-c", "bench/stock_gunicorn.py"]
    server = subprocess.Popen(command, cwd=CHECKOUT, env=environment, pass_fds=[listener.fileno()])
    try:
        _asked(ports.number(listener), patience=90)
        yield ports.number(listener)
    finally:
        server.terminate()
        server.wait(30)
        listener.close()


def first_page(name: str, port: int, phones: list[Phone], rate: int) -> tuple[float, str]:
    """The first page's 95th percentile in ms; and a line with its median and worst, and what the phones were told."""
    until = time.monotonic() + SECONDS + PATIENCE
    with ThreadPoolExecutor(max(1, len(phones))) as pool:
        sent = [pool.submit(each.send, rate * SECONDS, rate, until=until) for each in phones]
        time.sleep(1)
        times, last = [], time.monotonic() + SECONDS - 2
        while time.monotonic() < last:
            times.append(_asked(port, patience=PATIENCE) * 1000)
            time.sleep(PAUSE)
        told = Counter(each.result() for each in sent)
    slow = sorted(times)[int(0.95 * len(times))]
    lost = sum(each >= PATIENCE * 1000 for each in times)
    line = f"  {name:<20}{len(phones):3} uploads at {rate // 1000} kB/s: median {statistics.median(times):7.1f} ms"
    line += f", p95 {slow:7.1f}, worst {max(times):7.1f} of {len(times)}" + (f", {lost} given up" if lost else "")
    line += f"; phones told {', '.join(f'{status} {n}x' for status, n in told.items())}" if told else ""
    return slow, line


def _asked(port: int, *, patience: float) -> float:
    """Seconds until the whole first page was read; `patience` where it did not come until then."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("localhost", port, timeout=patience)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        connection.getresponse().read()
    except (TimeoutError, ConnectionError):
        return patience
    finally:
        connection.close()
    return time.monotonic() - begun


if __name__ == "__main__":
    _judged().finish()
