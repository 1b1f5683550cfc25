"""A task for workers of tests: it takes a while, and leaves a sign at its end."""

import time
from pathlib import Path

from mpm_site.celery import app

NAME = "tests.wait"


@app.task(name=NAME)
def wait(seconds: float, sign: str) -> None:
    """Wait so long, then make this file."""
    time.sleep(seconds)
    Path(sign).touch()
