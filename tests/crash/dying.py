"""The process whose children die, as the tests see it: one start for hundreds of deaths."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings

KILLED = -9


class Zygote:
    """Does jobs of tests.crash.jobs in children and says how each ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            cwd=settings.BASE_DIR,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def does(self, job: str, args: Mapping[str, Any], *, point: str | None = None) -> int:
        """Have a job done by a child that dies at this point; the child's exit code, KILLED for one that died."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        process.stdin.write(json.dumps({"point": point, "job": job, "args": args}) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()
