"""`python -m bench.load [SECONDS]`: 32 annotators and 8 givers together for so long (600), then 64 slow uploads.

The whole site runs with its services and workers, as `make run` has it, and keeps nothing.
"""

import os
import signal
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django
from psycopg.conninfo import make_conninfo

from bench.bars import Bars
from bench.figure import Figure
from bench.rest import running
from deploy.local.environment import RESEARCH
from deploy.local.postgres import Postgres
from deploy.local.state import State


def measure(scale: int) -> list[Figure]:
    """For so many seconds."""
    return _judged(scale).figures


def _judged(seconds: int = 600) -> Bars:
    # Whoever ends it early leaves nothing running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    bars = Bars()
    with (
        tempfile.TemporaryDirectory(prefix="mpm-bench-") as folder,
        running(Path(folder, "site"), "--throw-away", "--no-demo") as (told, _seconds),
    ):
        web = told["processes"]["web"]
        # What the web process was told is what is needed to sign people in.
        known = Path(f"/proc/{web}/environ").read_bytes().decode().split("\0")
        os.environ |= dict(pair.split("=", 1) for pair in known if pair.startswith(("MPM_", "DJANGO_")))
        superuser = make_conninfo(Postgres(State(Path(told["state"]))).superuser_url, dbname=RESEARCH)
        django.setup()
        # It reads models, which need the settings.
        import_module("bench.load.run").run(superuser, told["site"], web, bars, seconds)
    return bars


if __name__ == "__main__":
    _judged(*(int(word) for word in sys.argv[1:])).finish()
