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

from bench.bars import LANDING_MS, Bars
from bench.rest import running
from bench.slow_upload import Phone, phone
from deploy.local import ports
from deploy.local.state import CHECKOUT

PHONES = (0, 8, 40)
RATE = 100_000  # bytes a second
SECONDS = 12  # an upload takes so long, and so long the page is asked for
PATIENCE = 8  # seconds that a visitor waits for a page
PAUSE = 0.1


def main() -> None:
    """Print the times beside each other; exits with 1 when the bar is missed."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    bars = Bars()
    with (
        tempfile.TemporaryDirectory(prefix="mpm-bench-") as folder,
        running(Path(folder, "site"), "--throw-away") as (told, _seconds),
    ):
        port = urlsplit(told["site"]).port or 80
        print(f"first page while phones send at {RATE // 1000} kB/s each, over a new connection each time:")
        phones = [phone(f"127.0.0.{number}", port) for number in range(10, 10 + max(PHONES))]
        for count in PHONES:
            print(_measured("site", port, phones[:count], bars))
        with stock(told["processes"]["web"]) as other:
            for count in PHONES:
                there = [Phone(each.source, other, each.cookies, each.token) for each in phones[:count]]
                print(_measured("gunicorn's threads", other, there, None))
    bars.finish()


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


def _measured(name: str, port: int, phones: list[Phone], bars: Bars | None) -> str:
    """One line: median, 95th percentile and worst of the first page in ms, and what the phones were told."""
    until = time.monotonic() + SECONDS + PATIENCE
    with ThreadPoolExecutor(max(1, len(phones))) as pool:
        sent = [pool.submit(each.send, RATE * SECONDS, RATE, until=until) for each in phones]
        time.sleep(1)
        times, last = [], time.monotonic() + SECONDS - 2
        while time.monotonic() < last:
            times.append(_asked(port, patience=PATIENCE) * 1000)
            time.sleep(PAUSE)
        told = Counter(each.result() for each in sent)
    slow = sorted(times)[int(0.95 * len(times))]
    lost = sum(each >= PATIENCE * 1000 for each in times)
    line = f"  {name:<20}{len(phones):3} uploads: median {statistics.median(times):7.1f} ms"
    line += f", p95 {slow:7.1f}, worst {max(times):7.1f} of {len(times)}" + (f", {lost} given up" if lost else "")
    line += f"; phones told {', '.join(f'{status} {n}x' for status, n in told.items())}" if told else ""
    return line + (bars.at_most(f"first page, {len(phones)} uploads", slow, LANDING_MS, "ms") if bars else "")


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
    main()
