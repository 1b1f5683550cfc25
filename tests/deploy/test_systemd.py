"""The systemd units agree with mpm_site/kinds.py, and systemd itself finds nothing wrong with them."""

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from mpm_site import kinds
from tests.structure.test_imports import ROOT

FOLDER = ROOT / "deploy" / "systemd"
ALL = FOLDER / "mpm-.service.d" / "10-all.conf"
LINE = re.compile(r"^(\w+)=(.*)$", re.MULTILINE)
PYTHON = "/srv/mpm/venv/bin/python"
# What systemd's own figure (0 is best, 10 worst) may be at most.
MOST_EXPOSED = 2.0


def lines(kind: str) -> dict[str, list[str]]:
    """Every line of a unit with those that all units have, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in ((FOLDER / f"mpm-{kind}.service").read_text(encoding="utf-8"), ALL.read_text(encoding="utf-8")):
        for name, value in LINE.findall(text):
            found[name] += value.split()
    return found


def told(kind: str) -> dict[str, str]:
    """The variables that a unit sets itself."""
    return dict(pair.split("=", 1) for pair in lines(kind)["Environment"] if pair.startswith("MPM_"))


def loaded(kind: str) -> set[str]:
    """The secrets that a unit is given."""
    return {pair.split(":")[0] for pair in lines(kind)["LoadCredential"]}


def shared() -> set[str]:
    """The variables of the file that all units read."""
    return set(re.findall(r"^(MPM_\w+)=", (FOLDER / "site.env").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_unit_is_told_what_its_kind_is_given_and_no_more(kind: str) -> None:
    own = {name.removesuffix("_FILE") for name in told(kind)}
    assert {name for name in own if not kinds.gets(kind, name)} == set()
    wanted = {name for name in kinds.NEEDED | {"MPM_IDENTITY_URL", "MPM_AUDITOR_URL"} if kinds.gets(kind, name)}
    assert wanted <= own | shared()
    assert told(kind)["MPM_KIND"] == kind
    command = lines(kind)["ExecStart"]
    assert ("-Q" in command) == (kind in kinds.QUEUES)
    assert kind not in kinds.QUEUES or command[command.index("-Q") + 1] == kind


def test_what_all_units_read_holds_no_secret() -> None:
    assert shared() <= set(kinds.PLAIN)
    assert "LoadCredential" not in ALL.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_unit_loads_each_secret_that_it_reads(kind: str) -> None:
    named = {path for name, path in told(kind).items() if name.endswith("_FILE")}
    assert named == {f"%d/{name}" for name in loaded(kind)}


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_unit_sees_the_keys_of_its_kind(kind: str) -> None:
    hidden = {path.removeprefix("-") for path in lines(kind)["InaccessiblePaths"]}
    for name in ("release-signing.key", "blind-index.key"):
        if kind in kinds.PHOTOS:
            assert (f"/srv/mpm/keyring/{name}" in hidden) == (kind not in kinds.KEY_FILES[name])
    assert ("/srv/mpm/keyring" in hidden) == (kind not in kinds.PHOTOS)
    assert ("/srv/mpm-mail" in hidden) == (kind != "mail")
    assert ("/srv/mpm-log/keys" in hidden) == (kind != "log")
    assert ("/srv/mpm-copy/keys" in hidden) == (kind != "sweep")
    user = {"mail": "mpm-mail", "log": "mpm-log", "beat": "mpm-beat"}.get(kind, "mpm")
    assert lines(kind)["User"] == [user]


def test_a_backup_can_reach_no_key() -> None:
    hidden = {path.removeprefix("-") for path in lines("backup")["InaccessiblePaths"]}
    assert {"/srv/mpm/keyring", "/srv/mpm-mail", "/srv/mpm-copy/keys", "/srv/mpm-log/keys"} <= hidden
    assert not {name for name in loaded("backup") if not name.startswith(("backup_", "s3_"))}
    assert loaded("keys") == set()


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("unit", [*kinds.KINDS, "backup", "keys"])
def test_backups_and_the_second_place_of_the_keys_are_seen_by_what_writes_them_alone(unit: str) -> None:
    hidden = {path.removeprefix("-") for path in lines(unit)["InaccessiblePaths"]}
    assert ("/srv/mpm-backup" in hidden) == (unit != "backup")
    assert ("/srv/mpm-second" in hidden) == (unit != "keys")


@pytest.mark.parametrize("unit", [*kinds.KINDS, "backup", "keys"])
def test_backups_alone_say_when_they_were_made(unit: str) -> None:
    assert ("-/srv/mpm-said" in lines(unit)["ReadWritePaths"]) == (unit in {"backup", "keys"})
    assert lines(unit)["ProtectSystem"] == ["strict"]


@pytest.mark.parametrize("unit", [*kinds.KINDS, "backup", "keys"])
def test_a_unit_that_calls_nobody_outside_has_no_way_there(unit: str) -> None:
    closed = "any" in lines(unit)["IPAddressDeny"]
    assert closed == (unit not in {"images", "mail", "sweep", "log"})
    assert lines(unit)["IPAddressAllow"] == ["localhost"] * closed
    # Where a cloud hands out its machines' own credentials.
    assert "169.254.0.0/16" in lines(unit)["IPAddressDeny"]


def test_the_target_wants_every_unit() -> None:
    wanted = set(LINE.findall((FOLDER / "mpm.target").read_text(encoding="utf-8")))
    names = {name for key, value in wanted if key == "Wants" for name in value.split()}
    assert {f"mpm-{kind}.service" for kind in kinds.KINDS} <= names
    assert names <= {path.name for path in FOLDER.iterdir()}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units in a root of their own, with a Python that is there; skips where systemd-analyze is not."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    units = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(FOLDER, units)
    for unit in units.glob("*.service"):
        unit.write_text(unit.read_text().replace(PYTHON, sys.executable))
    return tmp_path


def analyze(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **more})


def test_systemd_finds_nothing_wrong(installed: Path) -> None:
    units = installed / "etc" / "systemd" / "system"
    names = [
        str(path) for path in units.iterdir() if path.suffix in {".service", ".socket", ".path", ".timer", ".target"}
    ]
    done = analyze("verify", "--man=no", *sorted(names), SYSTEMD_UNIT_PATH=f"{units}:/lib/systemd/system")
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_calls_each_unit_well_closed(installed: Path) -> None:
    names = [f"mpm-{kind}.service" for kind in kinds.KINDS]
    done = analyze("security", f"--root={installed}", "--offline=true", "--no-pager", *names)
    figures = [float(value) for value in re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)]
    assert len(figures) == len(names)
    assert max(figures) <= MOST_EXPOSED
