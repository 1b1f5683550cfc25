"""`python -m bench.one MODULE SIZE FILE`: one benchmark in a process of its own; its figures go to the file as JSON.

Ends with IN_USE when another benchmark runs in this checkout.
"""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.figure import Figure
from deploy.local.state import StateInUse

IN_USE: Final = os.EX_TEMPFAIL


def main(module: str, size: str, file: str) -> int:
    """Measure; the exit code."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        figures: list[Figure] = import_module(module).measure(int(size))
    except StateInUse as used:
        print(used, file=sys.stderr)
        return IN_USE
    Path(file).write_text(json.dumps([asdict(figure) for figure in figures]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
