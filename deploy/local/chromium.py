"""Finds or brings the browser that the tests drive."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from deploy.local.packages import PYTHON
from deploy.local.progress import StepFailed, run
from deploy.local.state import CHECKOUT

# The one without a window does the same for a fifth less of the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
OWN = CHECKOUT / "var" / "tools" / "browsers"


def find() -> str | None:
    """A Chromium's path: MPM_CHROMIUM, the system's, or the one that `bring` downloaded."""
    if named := os.environ.get("MPM_CHROMIUM"):
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if MACOS.exists():
        return str(MACOS)
    own = sorted(OWN.glob("chromium-*/chrome-*/*")) if OWN.exists() else []
    return next((str(path) for path in own if path.name in {"chrome", "Chromium"} and _starts(path)), None)


def _starts(path: Path) -> bool:
    """Whether the program runs: a downloaded one may lack libraries that only the system's packages bring."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def bring() -> str | None:
    """Install a Chromium: by apt when root on Debian, else by Playwright's own download; None when none can be had."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "fonts-dejavu-core"]
        with suppress(StepFailed):
            run(["apt-get", "update", "--quiet"], cwd=CHECKOUT)
        # Not every Debian has the first.
        for package in ("chromium-headless-shell", "chromium"):
            with suppress(StepFailed):
                run([*install, package], cwd=CHECKOUT, env=quiet)
            if found := find():
                return found
    try:
        run(
            [PYTHON, "-m", "playwright", "install", "chromium"],
            cwd=CHECKOUT,
            env={**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(OWN)},
        )
    except StepFailed:
        return None
    return find()
