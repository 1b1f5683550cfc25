"""Benchmarks that need a database: each has a module that measures, which may be imported once the server runs."""

import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import django

from bench import log_server
from bench.bars import Bars


def judged(module: str, *told: Any, judges: bool = True, settings: Mapping[str, str] | None = None) -> Bars:
    """What `run(superuser, bars, *told)` of this module finds, on a PostgreSQL that ends with this process.

    Raises StateInUse when another benchmark runs in this checkout.
    """
    # Whoever ends it early leaves no server running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    superuser, bars = log_server.start(), Bars(judges)
    # What tests keep of one another is kept in their databases, of which there are none.
    os.environ |= {"MPM_TEST_STANDING": "0", **(settings or {})}
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module(module).run(superuser, bars, *told)
    return bars


def numbers() -> list[int]:
    """The command line's."""
    return [int(word) for word in sys.argv[1:]]
