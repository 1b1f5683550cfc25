"""Commands by hand under systemd: each with exactly what it needs, as its user; and secrets that units do not load."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from mpm_site import kinds, roles
from tests.deploy.test_systemd import FOLDER, PYTHON
from tests.structure.test_imports import ROOT

# What systemd-run does of what is asked of it, for the user who tests.
SYSTEMD_RUN = f"""#!{sys.executable}
import os, pathlib, subprocess, sys
words, told, here = sys.argv[1:], {{"PATH": os.environ["PATH"]}}, pathlib.Path(__file__).parent
secrets = here / "credentials"
secrets.mkdir()
with open(here / "asked", "w") as asked:
    while words[0].startswith("-"):
        word = words.pop(0)
        if word != "-p":
            print(word, file=asked)
            continue
        name, value = words.pop(0).split("=", 1)
        print(f"{{name}}={{value}}", file=asked)
        if name == "LoadCredential":
            given, path = value.split(":")
            (secrets / given).write_bytes(pathlib.Path(path).read_bytes())
        elif name == "EnvironmentFile":
            lines = pathlib.Path(value).read_text().splitlines()
            told |= dict(line.split("=", 1) for line in lines if line and line[0] != "#")
        elif name == "Environment":
            told |= dict(pair.split("=", 1) for pair in value.split())
told["CREDENTIALS_DIRECTORY"] = str(secrets)
sys.exit(subprocess.run(words, env=told, cwd={str(ROOT)!r}).returncode)
"""
UNITS = ["secret_key", "broker_url", "research_url", "identity_url", "keeper_url", "smtp_password"]
OWNERS = ["research_owner_url", "identity_owner_url"]
RESTORES = ["owner_password", "restore_research_url", "restore_identity_url"]
ByHand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder as /etc/mpm/secrets, with what the units read."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in [*UNITS, *OWNERS, *RESTORES]:
        (folder / name).write_text("a word" if "url" not in name else "amqp://somewhere")
    for name, role in (("research_url", "mpm_app"), ("identity_url", "mpm_identity"), ("keeper_url", "mpm_keeper")):
        (folder / name).write_text(f"postgresql://{role}:word@localhost/mpm")
    for name in OWNERS:
        (folder / name).write_text(f"postgresql://mpm_owner:word@localhost/{name}")
    return folder


@pytest.fixture
def by_hand(tmp_path: Path, secrets: Path) -> ByHand:
    """The script, with its folders here and systemd-run as above."""
    run = tmp_path / "systemd-run"
    run.write_text(SYSTEMD_RUN)
    run.chmod(0o700)
    told = re.sub(
        r"(?m)^MPM_CAMPAIGN_DIR=.*", f"MPM_CAMPAIGN_DIR={ROOT / 'campaign'}", (FOLDER / "site.env").read_text()
    )
    (tmp_path / "site.env").write_text(told)
    script = (FOLDER / "by-hand.sh").read_text(encoding="utf-8").replace(PYTHON, sys.executable)
    script = script.replace("/etc/mpm/secrets", str(secrets)).replace("/etc/mpm/site.env", str(tmp_path / "site.env"))

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        path = f"{tmp_path}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", "-c", script, "by-hand.sh", *words],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def asked(tmp_path: Path) -> set[str]:
    return set((tmp_path / "asked").read_text().splitlines())


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("what", ["", "roles", "owner", "restore", "log"])
def test_a_command_by_hand_lacks_no_setting_and_runs_as_the_user_of_its_files(
    what: str, by_hand: ByHand, tmp_path: Path
) -> None:
    done = by_hand(*(["--with", what] if what else []), "-m", "mpm_site.settings")
    assert (done.returncode, done.stderr) == (0, "")
    said = asked(tmp_path)
    assert f"User={'mpm-log' if what == 'log' else 'mpm'}" in said
    (hidden,) = [line for line in said if line.startswith("InaccessiblePaths=")]
    assert ("/srv/mpm-backup" in hidden) == (what != "restore")
    assert ("/srv/mpm-log/keys" in hidden) == (what != "log")
    assert ("/srv/mpm/keyring" in hidden) == (what == "log")
    # Redirected it is bytes, and a terminal only where there is one.
    assert {"--pty", "--pipe"} <= said
    loaded = {line.split("=")[1].split(":")[0] for line in said if line.startswith("LoadCredential=")}
    extra = {"roles": {"owner_password"}, "owner": {*OWNERS}, "restore": {*RESTORES}}
    assert loaded & {*OWNERS, *RESTORES} == extra.get(what, set())


def test_the_line_of_the_first_start_lacks_nothing_but_the_server(by_hand: ByHand, secrets: Path) -> None:
    (secrets / "superuser_url").write_text("postgresql://postgres:word@/postgres?host=/nonexistent")
    done = by_hand("--with", "roles", "bootstrap_roles")
    assert done.returncode == 1
    assert 'connection to server on socket "/nonexistent/' in done.stderr


def test_the_passwords_of_roles_may_lie_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SUPERUSER_URL", "somewhere"), ("OWNER_PASSWORD", "owner's"), ("APP_PASSWORD", "app's")):
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"MPM_{name}_FILE", str(tmp_path / name))
    told: list[object] = []
    monkeypatch.setattr(roles, "bootstrap", lambda *given: told.extend(given))
    call_command("bootstrap_roles", only="research", stdout=io.StringIO())
    assert told[:2] == ["somewhere", {"mpm_owner": "owner's", "mpm_app": "app's"}]


def test_a_secret_that_is_not_there_is_named_and_a_bucket_s_is_given_where_it_is(
    by_hand: ByHand, secrets: Path, tmp_path: Path
) -> None:
    (secrets / "s3_secret").write_text("word")
    (secrets / "secret_key_fallbacks").write_text("old word")
    assert by_hand("-m", "mpm_site.settings").returncode == 0
    assert {f"LoadCredential={name}:{secrets / name}" for name in ("s3_secret", "secret_key_fallbacks")} <= asked(
        tmp_path
    )
    (secrets / "restore_identity_url").unlink()
    done = by_hand("--with", "restore", "-m", "mpm_site.settings")
    assert (done.returncode, done.stderr) == (1, f"{secrets}/restore_identity_url is not there.\n")
    assert by_hand("--with", "everything", "fsck").returncode == 2


def secret(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """secret.sh with its folders here and no systemd."""
    script = (FOLDER / "secret.sh").read_text(encoding="utf-8").replace("/etc/systemd/system", str(tmp_path / "units"))
    script = script.replace("/etc/mpm/secrets", str(tmp_path / "secrets")).replace("systemctl daemon-reload", "")
    return subprocess.run(
        ["/bin/sh", "-c", script, "secret.sh", *words], capture_output=True, text=True, check=False, cwd=tmp_path
    )


def test_a_secret_more_is_loaded_by_the_units_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    assert "is not there" in secret(tmp_path, "s3_log_key_id", "log").stderr
    assert not (tmp_path / "units").exists()
    (tmp_path / "secrets" / "s3_log_key_id").write_text("word")
    assert secret(tmp_path, "s3_log_key_id", "log").returncode == 0
    (made,) = (tmp_path / "units").rglob("*.conf")
    assert made.parent.name == "mpm-log.service.d"
    assert made.read_text().splitlines() == [
        "[Service]",
        f"LoadCredential=s3_log_key_id:{tmp_path}/secrets/s3_log_key_id",
        "Environment=MPM_S3_KEY_ID_FILE=%d/s3_log_key_id",
    ]


def test_the_page_names_each_secret_that_no_unit_loads_with_the_units_that_may_hold_it() -> None:
    page = (ROOT / "docs" / "operate" / "systemd.md").read_text(encoding="utf-8").partition("## A secret more")[2]
    rows = [row.split("|") for row in page.splitlines() if row.startswith("| `")]
    units = {name: set(row[2].split("`")[1].split()) for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    # The log's and the backup's own rights to the bucket of copies.
    apart = {name: units.pop(name) for name in list(units) if name.startswith(("s3_log_", "s3_backup_"))}
    assert {name.split("_")[1] for name in apart} == {who for named in apart.values() for who in named}
    loaded = {name for unit in FOLDER.glob("*.service") for name in re.findall(r"MPM_(\w+)_FILE=", unit.read_text())}
    rest = {
        name: set(who)
        for name, who in kinds.APART.items()
        if who and name != "MPM_LOG_KEYS" and name.removeprefix("MPM_") not in loaded
    }
    rest |= {name: rest[name] - {"log"} for name in ("MPM_S3_KEY_ID", "MPM_S3_SECRET")}
    assert {f"MPM_{name.upper()}": who for name, who in units.items()} == rest
