"""The services that back up in containers: each reaches what it copies, and the backup no key."""

import os
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.test_compose import ADDRESSES, COMPOSE, FOLDER, there
from tests.structure.test_imports import ROOT

BACKUP: dict[str, Any] = yaml.safe_load((FOLDER / "backup.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = BACKUP["services"]
KEYS = {"keyring", "keyring-mail", "key-copy", "log-keys"}


def mounted(service: str) -> set[str]:
    """The volumes of a service by name, and its folders of the machine by variable."""
    return {volume.removeprefix("${").partition(":")[0] for volume in SERVICES[service]["volumes"]}


@pytest.mark.requirement("E3")
def test_who_backs_up_reaches_no_key_and_who_brings_keys_reaches_nothing_else() -> None:
    assert mounted("backup") == {"log-copies", "backup-said", "MPM_BACKUP"}
    assert mounted("keys") == {"keyring", "key-copy", "backup-said", "MPM_SECOND"}
    assert SERVICES["keys"]["network_mode"] == "none"
    assert "secrets" not in SERVICES["keys"]
    # To restore is to have everything, for once; nobody else who is in reach of a backup has a key.
    assert [name for name in SERVICES if mounted(name) & KEYS and "MPM_BACKUP" in mounted(name)] == ["restore"]
    assert not mounted("restore") & {"keyring-mail", "log-keys", "MPM_SECOND"}


def test_who_backs_up_says_when_and_the_site_reads_it_where_backups_are_made() -> None:
    named = "MPM_BACKUP_SAID"
    assert {name for name in SERVICES if "backup-said" in mounted(name)} == {"backup", "keys"}
    assert {name for name in SERVICES if SERVICES[name]["environment"].get(named) == "/srv/mpm-said"} == {
        "backup",
        "keys",
    }
    site = {name: service for name, service in COMPOSE["services"].items() if named in service.get("environment", {})}
    assert set(site) == {"web", "sweep"}
    for service in site.values():
        assert service["environment"][named] == "${MPM_BACKUP:+/srv/mpm-said}"
        assert "backup-said:/srv/mpm-said:ro" in service["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_of_the_backup_names_what_there_is(name: str) -> None:
    service = SERVICES[name]
    known = COMPOSE["secrets"] | BACKUP["secrets"]
    read = {path.rpartition("/")[2] for option, path in service["environment"].items() if option.endswith("_FILE")}
    by_script = {"roles", "research_superuser_url", "identity_superuser_url"} if name == "restore" else set()
    assert read | by_script == set(service.get("secrets", []))
    assert read | by_script <= set(known)
    assert {volume for volume in mounted(name) if volume.islower()} <= set(COMPOSE["volumes"])
    assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
    assert (service["read_only"], service["cap_drop"], service["restart"]) == (True, ["ALL"], "no")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["image"] == "mpm-backup"


def test_the_backups_image_has_the_databases_programs_and_its_secrets_are_made() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8").partition("FROM pictures AS backup\n")[2]
    assert "postgresql-client" in image
    assert image.rstrip().endswith("USER mpm")
    script = (FOLDER / "backup.sh").read_text(encoding="utf-8")
    assert {path["file"] for path in BACKUP["secrets"].values()} == {
        f"./secrets/backup_{kind}_url" for kind in ("research", "identity") if "secrets/backup_${kind}_url" in script
    }
    for name in ("backup.sh", "restore.sh"):
        subprocess.run(["/bin/sh", "-n", str(FOLDER / name)], check=True)


def test_the_settings_need_nothing_that_a_restoration_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("MPM_")]:
        monkeypatch.delenv(name)
    for name, value in SERVICES["restore"]["environment"].items():
        told = there(str(value))
        if name.endswith("_FILE"):
            secret = told.rpartition("/")[2]
            (tmp_path / secret).write_text(ADDRESSES.get(secret, "amqp://word"), encoding="utf-8")
            told = str(tmp_path / secret)
        monkeypatch.setenv(name, told)
    monkeypatch.setenv("MPM_CAMPAIGN_DIR", str(ROOT / "campaign"))
    settings = runpy.run_path(str(ROOT / "mpm_site" / "settings.py"))
    assert set(settings["DATABASES"]) >= {"default", "identity"}


def test_a_restoration_goes_to_the_new_databases_as_their_superuser(tmp_path: Path) -> None:
    script = (FOLDER / "restore.sh").read_text(encoding="utf-8").replace("/run/secrets", str(tmp_path))
    (tmp_path / "roles").write_text("MPM_OWNER_PASSWORD=owners\n")
    for kind in ("research", "identity"):
        (tmp_path / f"{kind}_superuser_url").write_text(f"postgresql://postgres:word@{kind}-db/postgres\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/said\nenv >{tmp_path}/told\n')
    python.chmod(0o700)
    subprocess.run(
        ["/bin/sh", "-c", script, "sh", "--of", "TIME"], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True
    )
    said = (tmp_path / "said").read_text().splitlines()
    assert said[-1] == "-m deploy.backup restore /srv/mpm-backup --of TIME"
    assert [line.split()[-1] for line in said[:-1]] == ["research", "identity"]
    told = (tmp_path / "told").read_text().splitlines()
    assert "MPM_BACKUP_RESEARCH_URL=postgresql://postgres:word@research-db/mpm_research" in told
    assert "MPM_BACKUP_IDENTITY_URL=postgresql://postgres:word@identity-db/mpm_identity" in told
    assert "MPM_OWNER_PASSWORD=owners" in told
