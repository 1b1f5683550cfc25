"""Brings a bare machine to where the site can start: `python3 -m deploy.local.bootstrap [--development]`.

Needs nothing but Python's own library, and does nothing where a stamp shows that the last run's result still holds.
"""

import argparse
import sys

from deploy.local import chromium, frontend, packages
from deploy.local.progress import Progress, StepFailed, run, say
from deploy.local.state import CHECKOUT, digest_of

REQUIREMENTS = [CHECKOUT / f"requirements{part}.txt" for part in ("", "-local", "-screening", "-releases")]
DEVELOPMENT = CHECKOUT / "requirements-dev.txt"
CATALOGUES = CHECKOUT / "locale"


def main() -> int:
    """Do the steps that are due; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--development", action="store_true", help="also what tests and checks need")
    parser.add_argument("--browser", action="store_true", help="also a Chromium for the browser tests")
    options = parser.parse_args()
    progress = Progress(4 + options.browser)
    try:
        _environment(progress)
        _packages(progress, development=options.development)
        _frontend(progress, development=options.development)
        _catalogues(progress)
        if options.browser:
            _browser(progress)
    except StepFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run the same command again to go on.")
        return 130
    return 0


def _environment(progress: Progress) -> None:
    name = f"virtual environment (Python {sys.version_info.major}.{sys.version_info.minor})"
    if packages.is_usable():
        progress.skip("virtual environment")
        return
    with progress.step(name):
        packages.make_environment()


def _packages(progress: Progress, *, development: bool) -> None:
    files = [*REQUIREMENTS, DEVELOPMENT] if development else REQUIREMENTS
    digest = digest_of(files)
    if _is_current("packages", digest, development=development):
        progress.skip("Python packages")
        return
    with progress.step("Python packages, about 250 MB at first" if development else "Python packages"):
        say(f"      installed by {packages.install(files)}")
    _set_current("packages", digest, development=development)
    _set_current("packages", digest_of(REQUIREMENTS), development=False)


def _frontend(progress: Progress, *, development: bool) -> None:
    digest = digest_of([CHECKOUT / "package-lock.json", CHECKOUT / "deploy" / "local" / "frontend.py"])
    if frontend.are_copied(development=development) and _is_current("frontend", digest, development=development):
        progress.skip("front-end files")
        return
    with progress.step("front-end files"):
        say(f"      installed by {frontend.install_and_copy(development=development)}")
    _set_current("frontend", digest, development=development)
    _set_current("frontend", digest, development=False)


def _catalogues(progress: Progress) -> None:
    sources = list(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    compiled = [source.with_suffix(".mo") for source in sources]
    digest = digest_of(sources)
    if all(path.exists() for path in compiled) and _is_current("catalogues", digest, development=False):
        progress.skip("translations")
        return
    with progress.step("translations"):
        run([packages.PYTHON, "-m", "mpm_site.catalogues", str(CATALOGUES)], cwd=CHECKOUT)
    _set_current("catalogues", digest, development=False)


def _browser(progress: Progress) -> None:
    if chromium.find():
        progress.skip("browser for the tests")
        return
    with progress.step("browser for the tests"):
        if chromium.bring() is None:
            say("      NO BROWSER could be had: the browser tests will not run. Install chromium (on Debian or Ubuntu:")
            say("      apt-get install chromium), or set MPM_CHROMIUM to a Chromium's path.")


def _is_current(name: str, digest: str, *, development: bool) -> bool:
    stamps = [packages.VENV / f".mpm-{name}-development"]
    stamps += [] if development else [packages.VENV / f".mpm-{name}"]
    return any(stamp.exists() and stamp.read_text() == digest for stamp in stamps)


def _set_current(name: str, digest: str, *, development: bool) -> None:
    stamp = packages.VENV / (f".mpm-{name}-development" if development else f".mpm-{name}")
    stamp.write_text(digest)


if __name__ == "__main__":
    sys.exit(main())
