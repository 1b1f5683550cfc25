"""The compose file agrees with mpm_site/kinds.py: settings, secrets, keys and networks of each process."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_django import Settings

from mpm_site import env, kinds
from tests.structure.test_imports import ROOT
from vault import actions as vault
from vault import keyring

FOLDER = ROOT / "deploy" / "compose"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# What no photo and no key is near.
SECRET_KEYS = ("mail.key", "release-signing.key", "blind-index.key", "epoch-1.key")


def told(kind: str) -> set[str]:
    return {name.removesuffix("_FILE") for name in SERVICES[kind]["environment"] if name.startswith("MPM_")}


ADDRESSES = {
    "research_url": "postgresql://mpm_app:word@research-db/mpm_research",
    "identity_url": "postgresql://mpm_identity:word@identity-db/mpm_identity",
    "auditor_url": "postgresql://mpm_auditor:word@research-db/mpm_research",
    "keeper_url": "postgresql://mpm_keeper:word@research-db/mpm_research",
}


def there(value: str) -> str:
    """A value of the file as it is with nothing but the variables that have no default."""
    return re.sub(
        r"\$\{\w+:([-+?])([^}]*)\}", lambda found: "https://example.org" if found[1] == "?" else found[2], value
    )


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_the_settings_need_nothing_that_a_process_is_not_told(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("MPM_")]:
        monkeypatch.delenv(name)
    for name, value in SERVICES[kind]["environment"].items():
        told = there(str(value))
        if name.endswith("_FILE"):
            secret = told.rpartition("/")[2]
            (tmp_path / secret).write_text(ADDRESSES.get(secret, "amqp://word"), encoding="utf-8")
            told = str(tmp_path / secret)
        monkeypatch.setenv(name, told)
    monkeypatch.setenv("MPM_CAMPAIGN_DIR", str(ROOT / "campaign"))
    settings = runpy.run_path(str(ROOT / "mpm_site" / "settings.py"))
    assert settings["KIND"] == kind
    assert (settings["DATABASES"]["default"]["HOST"] == env.NOWHERE) == (kind not in kinds.PHOTOS)
    assert ("identity" in settings["DATABASES"]) == (kind in kinds.APART["MPM_IDENTITY_URL"])
    assert (len(settings["SECRET_KEY"]) > len("amqp://word")) == (kind not in kinds.SIGNS)


def test_there_is_a_service_for_each_kind_of_process() -> None:
    assert set(kinds.KINDS) <= set(SERVICES)


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_process_is_told_what_its_kind_is_given_and_no_more(kind: str) -> None:
    assert {name for name in told(kind) if not kinds.gets(kind, name)} == set()
    assert {"research-db", "identity-db", "broker"} == set(SERVICES[kind]["environment"]["MPM_HOSTS_WITHIN"].split(","))
    wanted = {name for name in kinds.NEEDED | {"MPM_IDENTITY_URL", "MPM_AUDITOR_URL"} if kinds.gets(kind, name)}
    assert wanted <= told(kind)
    assert SERVICES[kind]["environment"]["MPM_KIND"] == kind
    assert ("-Q" not in SERVICES[kind]["command"]) == (kind not in kinds.QUEUES)
    assert kind not in kinds.QUEUES or SERVICES[kind]["command"][SERVICES[kind]["command"].index("-Q") + 1] == kind


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_process_reads_each_secret_from_a_file_that_is_its_own(kind: str) -> None:
    environment = SERVICES[kind]["environment"]
    plain = {name for name in environment if name in kinds.APART and name != "MPM_LOG_KEYS"}
    assert plain == set()
    read = {path.rpartition("/")[2] for name, path in environment.items() if name.endswith("_FILE")}
    assert read == set(SERVICES[kind]["secrets"])
    assert read <= set(COMPOSE["secrets"])


def keys_in_reach(kind: str) -> set[str]:
    """Which secret files of the keyring a container can read."""
    mounts = [volume.split(":") for volume in SERVICES[kind]["volumes"]]
    sources = {mount[1]: mount[0] for mount in mounts}
    folder = SERVICES[kind]["environment"].get("MPM_KEYRING")
    if sources.get(folder) == "keyring-mail":
        return {"mail.key", "blind-index.key"}
    if sources.get(folder) != "keyring":
        return set()
    # mail.key is made elsewhere by setup.sh.
    return {name for name in SECRET_KEYS[1:] if sources.get(f"{folder}/{name}") != "/dev/null"}


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_container_sees_the_keys_of_its_kind(kind: str) -> None:
    granted = {
        name
        for name in SECRET_KEYS
        for pattern, who in kinds.KEY_FILES.items()
        if fnmatch(name, pattern) and kind in who
    }
    assert keys_in_reach(kind) == granted


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_container_reaches_the_databases_of_its_kind_alone(kind: str) -> None:
    networks = set(SERVICES[kind]["networks"])
    reaches_log = kind in kinds.APART["MPM_AUDITOR_URL"]
    assert ("research" in networks) == (kind in kinds.APART["MPM_RESEARCH_URL"] or reaches_log)
    assert ("identity" in networks) == (kind in kinds.APART["MPM_IDENTITY_URL"])
    assert ("front" in networks) == (kind in kinds.PAGES)
    assert "outside" not in networks or kind in kinds.MAILS | {"images"}
    for name in ("research", "identity", "wakeups", "store", "front"):
        assert COMPOSE["networks"][name]["internal"]


@pytest.mark.requirement("I2")
def test_nobody_but_the_log_worker_may_change_the_copies_of_the_log() -> None:
    written = [
        name for name, service in SERVICES.items() if "log-copies:/srv/mpm-copy/log" in service.get("volumes", [])
    ]
    assert written == ["log", "setup-log"]
    # The one key of the object store is for pictures: no bucket holds what it could delete of the log.
    assert not [name for name, service in SERVICES.items() if "MPM_S3_LOG_BUCKET" in service.get("environment", {})]
    assert "s3_key_id" not in SERVICES["log"]["secrets"]


@pytest.mark.parametrize("kind", sorted(kinds.PAGES))
def test_pages_are_answered_to_the_proxy_alone(kind: str) -> None:
    own = SERVICES[kind]["networks"]["front"]["ipv4_address"]
    assert SERVICES[kind]["environment"]["MPM_BIND"] == f"{own}:8000,127.0.0.1:8000"
    upstreams = (FOLDER / "upstreams.conf").read_text(encoding="utf-8")
    assert re.search(rf"upstream mpm_{kind} \{{\s+server {re.escape(own)}:8000", upstreams)


def test_a_visitor_by_ipv6_arrives_under_their_own_address() -> None:
    assert COMPOSE["networks"]["outside"]["enable_ipv6"] is True
    assert "outside" in SERVICES["proxy"]["networks"]


def test_the_user_of_the_broker_may_not_administrate(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "secrets.sh", tmp_path)
    subprocess.run(["/bin/sh", str(tmp_path / "secrets.sh")], check=True)
    assert "default_user_tags.administrator = false\n" in (tmp_path / "secrets" / "broker_conf").read_text()


def mail_keys(folder: Path, keyring: Path) -> int:
    """How `deploy.mail_keys` ended, run as setup.sh does."""
    command = [sys.executable, "-m", "deploy.mail_keys", str(folder)]
    told = {**os.environ, "MPM_KEYRING": str(keyring)}
    return subprocess.run(command, env=told, cwd=ROOT, check=False, stderr=subprocess.DEVNULL).returncode


def test_the_key_that_opens_addresses_never_lies_on_the_others_volume(tmp_path: Path, settings: Settings) -> None:
    folder, ring = tmp_path / "mail", tmp_path / "keyring"
    folder.mkdir()
    ring.mkdir()
    assert mail_keys(folder, ring) == 0
    settings.KEYRING = ring
    assert "mail.key" not in keyring.make_missing()
    sealed = vault.seal_for_mail(b"someone@example.org")
    made = (folder / "mail.key").read_bytes()
    assert mail_keys(folder, ring) == 0
    assert (folder / "mail.key").read_bytes() == made
    assert not (ring / "mail.key").exists()
    settings.KEYRING = folder
    assert vault.open_mail(sealed) == b"someone@example.org"


def test_a_key_that_lay_there_from_before_is_taken_over_and_overwritten(tmp_path: Path, settings: Settings) -> None:
    folder, ring = tmp_path / "mail", tmp_path / "keyring"
    folder.mkdir()
    settings.KEYRING = ring
    keyring.make_missing()
    made = (ring / "mail.key").read_bytes()
    os.link(ring / "mail.key", tmp_path / "disk")
    assert mail_keys(folder, ring) == 0
    assert (folder / "mail.key").read_bytes() == made
    assert not (ring / "mail.key").exists()
    assert (tmp_path / "disk").read_bytes() != made
    (folder / "mail.key").unlink()
    assert mail_keys(folder, ring) == 1


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_cannot_write_its_own_files_or_gain_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert name == "proxy" or "ports" not in service
    assert "profiles" in service or service["mem_limit"]


def test_whoever_answers_is_asked_how_it_is() -> None:
    asked = {name for name, service in SERVICES.items() if "healthcheck" in service}
    assert asked == {"proxy", "web", "upload", "research-db", "identity-db", "broker", "s3"}


def test_only_the_log_worker_runs_as_the_user_who_signs() -> None:
    assert [name for name, service in SERVICES.items() if "user" in service] == ["log", "setup-log"]
    holders = [name for name, service in SERVICES.items() if "log-keys:/srv/mpm-log/keys" in service.get("volumes", [])]
    assert holders == ["log", "setup-log"]


def test_no_image_and_no_file_names_a_host_or_a_password() -> None:
    images = {service["image"] for service in SERVICES.values()}
    assert not [image for image in images if "." in image.rpartition("/")[0]]
    assert {path["file"].split("/")[1] for path in COMPOSE["secrets"].values()} == {"secrets"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/compose/secrets", ".env", "var", ".git"} <= set(ignored)


def test_every_secret_that_is_mounted_is_made() -> None:
    script = (FOLDER / "secrets.sh").read_text(encoding="utf-8")
    made = {secret["file"].removeprefix("./secrets/") for secret in COMPOSE["secrets"].values()}
    assert {name for name in made if name not in script} == set()
