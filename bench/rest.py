"""The site at rest: seconds to the first page, memory of each process, and the landing page's size."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.bars import Bars
from bench.figure import Figure
from deploy.local.state import CHECKOUT

PATIENCE = 600


@contextmanager
def running(state: Path, *options: str) -> Iterator[tuple[dict[str, Any], float]]:
    """The site on ports of its own, what it says of itself, and the seconds until its first answer."""
    ready = state.with_suffix(".ready")
    ready.unlink(missing_ok=True)
    ports = ["--port", "0", "--inbox-port", "0", "--smtp-port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MPM_")}
    command = [
        sys.executable,
        "-m",
        "deploy.local.run",
        "--state",
        str(state),
        "--ready-file",
        str(ready),
        *ports,
        *options,
    ]
    begun = time.monotonic()
    run = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not ready.exists():
            if run.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise SystemExit("the site did not start")
            time.sleep(0.1)
        yield json.loads(ready.read_text()), time.monotonic() - begun
    finally:
        run.terminate()
        run.wait(PATIENCE)


def proportional_mb(pid: int) -> float:
    """Memory of a process and its children in MB, shared pages counted by their share (PSS)."""
    pids, total = [pid], 0
    for each in pids:
        pids += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{each}/smaps_rollup").read_text(), re.MULTILINE)
        total += int(found[1]) if found else 0
    return total / 1024


def fetched(address: str) -> bytes:
    """The bytes of one page or file of the running site."""
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())


def landing_bytes(site: str) -> int:
    """Bytes of the landing page with every file it names, as sent without compression."""
    page = fetched(f"{site}/").decode()
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    return len(page.encode()) + sum(len(fetched(site + file)) for file in files)


def measure(_scale: int = 0) -> list[Figure]:
    """Start twice over the same data; print and keep what was seen."""
    bars = Bars()
    with tempfile.TemporaryDirectory(prefix="mpm-bench-") as folder:
        state = Path(folder, "site")
        with running(state) as (_told, first):
            pass
        with running(state, "--throw-away") as (told, second):
            print(f"first start (tables, keys, notices) {first:.1f} s; second start {second:.1f} s")
            for name, pid in told["processes"].items():
                megabytes = proportional_mb(pid)
                bars.note(f"memory of {name}", megabytes, "MB")
                print(f"  {name:<10}{megabytes:6.0f} MB")
            size = landing_bytes(told["site"]) / 1000
            print(f"landing page with its files {size:.1f} kB")
    bars.note("first start (tables, keys, notices)", first, "s")
    bars.note("second start", second, "s")
    bars.note("landing page with its files", size, "kB")
    return bars.figures


if __name__ == "__main__":
    measure()
