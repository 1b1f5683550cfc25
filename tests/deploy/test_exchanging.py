"""The kinds of process are started anew one after another (deploy/systemd/exchange.sh), and the first fault ends it."""

import os
import subprocess
from pathlib import Path

import pytest

from mpm_site import kinds
from tests.structure.test_imports import ROOT

SCRIPT = ROOT / "deploy" / "systemd" / "exchange.sh"
# In systemd's place: writes down what is asked of it; one unit may be dead, or have been begun again.
SYSTEMCTL = """#!/bin/sh
echo "$*" >>"$SAID"
case "$1 $*" in
is-active*"$DEAD"*) exit 3 ;;
show*"$AGAIN"*) echo 2 ;;
show*) echo 0 ;;
esac
"""
# In the place of the probe.
PYTHON = """#!/bin/sh
echo "probe $MPM_SITE_URL $MPM_BIND $*" >>"$SAID"
case $MPM_BIND in *:"$UNREADY") exit 1 ;; esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with the script on it."""
    for name, text in {"bin/systemctl": SYSTEMCTL, "bin/sleep": "#!/bin/sh\n", "venv/bin/python": PYTHON}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "site").mkdir()
    (tmp_path / "site.env").write_text((ROOT / "deploy" / "systemd" / "site.env").read_text())
    script = SCRIPT.read_text().replace("/srv/mpm/", f"{tmp_path}/").replace("/etc/mpm/", f"{tmp_path}/")
    (tmp_path / "exchange.sh").write_text(script)
    return tmp_path


def exchange(machine: Path, *named: str, **faults: str) -> tuple[int, str, list[str]]:
    """The script's exit code and complaint, and which kinds were started anew."""
    told = {"PATH": f"{machine / 'bin'}:{os.defpath}", "SAID": str(machine / "said")}
    told |= {"DEAD": "none", "AGAIN": "none", "UNREADY": "none"} | faults
    done = subprocess.run(
        ["/bin/sh", machine / "exchange.sh", *named], env=told, capture_output=True, text=True, check=False
    )
    said = (machine / "said").read_text().splitlines()
    kinds_of = [
        line.removeprefix("restart mpm-").removesuffix(".service") for line in said if line.startswith("restart")
    ]
    return done.returncode, done.stderr, kinds_of


def test_every_kind_is_started_anew_and_web_and_upload_are_asked_whether_they_can_work(machine: Path) -> None:
    code, complaint, begun = exchange(machine)
    assert (code, complaint) == (0, "")
    assert sorted(begun) == sorted(kinds.KINDS)
    # Whoever serves pages comes after the workers they wake.
    assert begun[-3:] == ["upload", "web", "beat"]
    asked = [line for line in (machine / "said").read_text().splitlines() if line.startswith("probe")]
    site = "probe https://pictures.example.org 127.0.0.1"
    assert asked == [f"{site}:{port} -m deploy.probe /readyz" for port in (8001, 8000)]


@pytest.mark.parametrize(
    ("fault", "which", "kind"),
    [("DEAD", "mpm-images", "images"), ("AGAIN", "mpm-text", "text"), ("UNREADY", "8000", "web")],
)
def test_the_first_that_is_not_well_leaves_the_others_as_they_are(
    machine: Path, fault: str, which: str, kind: str
) -> None:
    code, complaint, begun = exchange(machine, "sweep", kind, "mail", "beat", **{fault: which})
    assert (code, begun) == (1, ["sweep", kind])
    assert complaint == f"mpm-{kind} is not well: journalctl -u mpm-{kind}. Not exchanged yet: {kind} mail beat\n"
