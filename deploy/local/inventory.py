"""What the site is made of and what is known against it: `make sbom` and `make audit`.

Both read the locks alone. The tools have an environment of their own, so that nothing of them is ever on a server.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from deploy.local import packages
from deploy.local.frontend import npm_command
from deploy.local.progress import StepFailed, run, say
from deploy.local.state import CHECKOUT, digest_of

LOCK: Final = packages.LOCKS / "audit.txt"
TOOLS: Final = CHECKOUT / "var" / "tools" / "audit"
INVENTORY: Final = CHECKOUT / "var" / "sbom"
FAULTY, UNKNOWN = 1, 2
LONGEST_SECONDS: Final = 300


@dataclass(frozen=True)
class Answer:
    """How many packages a database of faults answered for, for how many it did not, and what it knows, a line each."""

    about: str
    asked: int
    unanswered: int
    faults: list[str] = field(default_factory=list)
    reason: str = ""

    @property
    def code(self) -> int:
        """What the command ends with: a package that nobody answered for is not a package without a fault."""
        return FAULTY if self.faults else UNKNOWN if self.unanswered else 0

    def lines(self) -> list[str]:
        """What is said about it."""
        told = [f"{self.about}: {self.asked - self.unanswered} of {self.asked} packages looked up."]
        told += [f"  {fault}" for fault in self.faults]
        if self.unanswered:
            told.append(f"  NOT CHECKED: {self.unanswered}. {self.reason or 'The database of faults did not answer.'}")
        elif not self.faults:
            told.append("  No known fault.")
        return told


def locks() -> list[Path]:
    """Every lock of Python packages, the tools' own among them."""
    return [*sorted(CHECKOUT.glob("requirements*.txt")), *sorted(packages.LOCKS.glob("*.txt"))]


def of_python(about: str, report: Mapping[str, Any]) -> Answer:
    """What pip-audit's JSON report says of one lock. A package that it skipped was not looked up."""
    found = report["dependencies"]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none yet'}"
        for one in found
        for fault in one.get("vulns", [])
    ]
    return Answer(about, asked=len(found), unanswered=sum("skip_reason" in one for one in found), faults=faults)


def of_node(about: str, report: Mapping[str, Any], *, packages_locked: int) -> Answer:
    """What npm's JSON report says of the lock of front-end packages; a report without a count is no answer."""
    if "metadata" not in report:
        reason = str(report.get("message") or "The database of faults did not answer.").split(" - ")[0]
        return Answer(about, asked=packages_locked, unanswered=packages_locked, reason=f"npm says: {reason}.")
    faults = [f"{name}: {one['severity']}, in {one['range']}" for name, one in report["vulnerabilities"].items()]
    return Answer(about, asked=packages_locked, unanswered=0, faults=faults)


def audit() -> int:
    """Look every locked package up; 1 when a fault is known, 2 when somebody did not answer, else 0."""
    answers = [_ask_about_python(lock) for lock in locks()] + [_ask_about_node()]
    for answer in answers:
        for line in answer.lines():
            say(line)
    codes = {answer.code for answer in answers}
    if UNKNOWN in codes:
        say("Not everything was checked: run this where the network answers before you rely on it.")
    return FAULTY if FAULTY in codes else max(codes)


def sbom() -> int:
    """Write a CycloneDX inventory of each lock into var/sbom; needs no network once the tools are there."""
    INVENTORY.mkdir(parents=True, exist_ok=True)
    for lock in locks():
        target = INVENTORY / f"{lock.stem}.cdx.json"
        tool = TOOLS / "bin" / "cyclonedx-py"
        run([tool, "requirements", lock, "--output-reproducible", "--of", "JSON", "-o", target], cwd=CHECKOUT)
        say(f"{target.relative_to(CHECKOUT)}: {len(_components(target))} packages")
    target = INVENTORY / "npm.cdx.json"
    told = _told([*npm_command(), "sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--loglevel=silent"])
    target.write_text(json.dumps(_read(told), indent=1), encoding="utf-8")
    say(f"{target.relative_to(CHECKOUT)}: {len(_components(target))} packages")
    return 0


def main() -> int:
    """`python -m deploy.local.inventory audit|sbom`; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("audit", "sbom"))
    options = parser.parse_args()
    try:
        _install_tools()
        return audit() if options.what == "audit" else sbom()
    except StepFailed as failure:
        say(str(failure))
        return UNKNOWN


def _install_tools() -> None:
    stamp, digest = TOOLS / "lock.sha256", digest_of([LOCK])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    TOOLS.parent.mkdir(parents=True, exist_ok=True)
    packages.make_environment(TOOLS)
    packages.install([LOCK], into=TOOLS)
    stamp.write_text(digest, encoding="utf-8")


def _ask_about_python(lock: Path) -> Answer:
    about = str(lock.relative_to(CHECKOUT))
    tool = str(TOOLS / "bin" / "pip-audit")
    as_locked = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json")
    try:
        return of_python(about, _read(_told([tool, "-r", str(lock), *as_locked])))
    except StepFailed as failure:
        named = sum(not line.startswith((" ", "#")) for line in lock.read_text(encoding="utf-8").splitlines())
        return Answer(about, asked=named, unanswered=named, reason=f"pip-audit says: {failure}")


def _ask_about_node() -> Answer:
    about = "package-lock.json"
    locked = len(json.loads((CHECKOUT / about).read_text(encoding="utf-8"))["packages"]) - 1
    told = _told([*npm_command(), "audit", "--package-lock-only", "--json", "--loglevel=silent"])
    return of_node(about, _read(told), packages_locked=locked)


def _told(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """What a tool prints, whatever it ends with: both end with 1 for a fault as well as for no answer."""
    environment = {**os.environ, "PATH": f"{packages.VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}"}
    try:
        return subprocess.run(
            command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepFailed(f"{command[0]}: {type(error).__name__}") from error


def _read(told: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    try:
        found = json.loads(told.stdout)
    except ValueError as error:
        raise StepFailed((told.stderr.strip().splitlines() or ["nothing"])[-1]) from error
    if not isinstance(found, dict):
        raise StepFailed("an answer that is no report")
    return found


def _components(target: Path) -> list[object]:
    return list(json.loads(target.read_text(encoding="utf-8"))["components"])


if __name__ == "__main__":
    sys.exit(main())
