"""The whole site as `make run` starts it, on ports of its own, for the tests of this folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.state import CHECKOUT

PATIENCE = 180


@dataclass(frozen=True)
class Stack:
    """Where the running site and its mail answer, and the process ids of its parts."""

    site: str
    inbox: str
    processes: dict[str, int]
    state: Path


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web, workers, clock, inbox, database and broker, all real, in demo mode."""
    folder = tmp_path_factory.mktemp("stack")
    ready, output = folder / "ready.json", folder / "output.txt"
    options = ["--state", folder / "state", "--ready-file", ready, "--demo", "--throw-away"]
    ports = ["--port", "0", "--inbox-port", "0", "--smtp-port", "0"]
    # The run must not inherit this process's settings: it makes its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MPM_")}
    # Reading prints has a test of its own, and would take the processor from this one.
    environment["MPM_TEXT_READER"] = "none"
    # One annotator reads alone.
    environment["MPM_SECOND_OPINION_PERCENT"] = "0"
    # One photo that leaves is told by itself: ten would have to be given.
    environment["MPM_WITHDRAWAL_BATCH"] = "1"
    with output.open("w") as log:
        run = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.run", *map(str, options), *ports],
            cwd=CHECKOUT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            if run.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the site did not start:\n{output.read_text()}")
            time.sleep(0.2)
        told = json.loads(ready.read_text())
        yield Stack(told["site"], told["inbox"], told["processes"], Path(told["state"]))
    finally:
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=60) == 0, output.read_text()
