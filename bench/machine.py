"""Where and when a figure was measured: it means little without that."""

import hashlib
import os
import platform
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from deploy.local.state import CHECKOUT

LOOK_SECONDS: Final = 5
# What changes no figure.
_APART: Final = (":!docs", ":!tests", ":!locale", ":!*.md")


@dataclass(frozen=True, slots=True)
class Facts:
    """Date (UTC, ISO 8601), commit, cores that may be used, memory in GB, and the load when it began."""

    at: str
    commit: str
    cores: int
    processor: str
    memory_gb: float
    load: float
    python: str

    @property
    def is_busy(self) -> bool:
        """Whether more wanted to work than there are cores, before anything was measured."""
        return self.load > self.cores


def facts() -> Facts:
    """Of this machine, now."""
    return Facts(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        cores=len(os.sched_getaffinity(0)),
        processor=_after_colon("/proc/cpuinfo", "model name") or platform.machine(),
        memory_gb=round(1024 * float(_after_colon("/proc/meminfo", "MemTotal").split()[0]) / 1e9, 1),
        load=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
    )


def settle(seconds: float) -> None:
    """Wait until no more want to work than there are cores, at most for so long: the last benchmark echoes a while."""
    last = time.monotonic() + seconds
    while os.getloadavg()[0] > len(os.sched_getaffinity(0)) and time.monotonic() < last:
        time.sleep(LOOK_SECONDS)


def commit() -> str:
    """The commit, and behind a plus a digest of what was changed since; "unknown" outside a repository."""
    head = _git("rev-parse", "--short", "HEAD").strip()
    if not head:
        return "unknown"
    added = _git("ls-files", "--others", "--exclude-standard", "--", ".", *_APART)
    digest = hashlib.sha256(_git("diff", "HEAD", "--", ".", *_APART).encode())
    for name in added.splitlines():
        digest.update(name.encode() + Path(CHECKOUT, name).read_bytes())
    changed = _git("diff", "--stat", "HEAD", "--", ".", *_APART) or added
    return f"{head}+{digest.hexdigest()[:8]}" if changed else head


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S607
    except FileNotFoundError:
        return ""
    return done.stdout


def _after_colon(path: str, name: str) -> str:
    lines = Path(path).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
