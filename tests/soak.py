"""What `make soak` reached, written to docs/soak.md with date and commit: one line for each run by its name."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "soak.md"
HEAD = """# What the long runs reached

Written by `make soak`; each line is the newest run of its kind.

| run | reached | seconds | date | commit |
|---|---|---|---|---|
"""


def seconds() -> float:
    """How long a soak may take (SECONDS, default 60)."""
    return float(os.environ.get("SECONDS", "60"))


def write_down(run: str, reached: str) -> None:
    """Write what a run reached, in the place of what the same run reached before."""
    lines = PAGE.read_text().splitlines() if PAGE.exists() else []
    kept = [line for line in lines if line.startswith("| ") and not line.startswith(("| run |", f"| {run} |"))]
    today = datetime.now(UTC).date().isoformat()
    kept.append(f"| {run} | {reached} | {seconds():.0f} | {today} | {_commit()} |")
    PAGE.write_text(HEAD + "\n".join(sorted(kept)) + "\n")


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "not committed"
