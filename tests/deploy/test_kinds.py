"""A process that holds what is not its own does not start: by the table, and for real."""

import os
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from mpm_site import env, guard, held, kinds
from mpm_site.middleware import OnlyUploads

ADDRESSES = {
    "MPM_RESEARCH_URL": "postgresql://mpm_app:word@db/research",
    "MPM_IDENTITY_URL": "postgresql://mpm_identity:word@db/identity",
}


@pytest.fixture(autouse=True)
def _only_what_a_test_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in kinds.APART:
        if kinds.APART[name] != kinds.ALL:
            monkeypatch.delenv(name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("kind", ["images", "text", "releases", "log", "beat"])
def test_no_process_that_reads_pictures_or_signs_may_hold_the_identity_role(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, MPM_KIND=kind, MPM_IDENTITY_URL=ADDRESSES["MPM_IDENTITY_URL"])
    with pytest.raises(ImproperlyConfigured, match=f"MPM_IDENTITY_URL is for .* this process is {kind}") as refusal:
        held.named()
    assert "word" not in str(refusal.value)


def test_what_is_read_from_a_file_is_held_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, MPM_KIND="images", MPM_IDENTITY_URL_FILE="/run/secrets/identity")
    with pytest.raises(ImproperlyConfigured, match="MPM_IDENTITY_URL"):
        held.named()


def test_a_process_with_the_owners_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = ADDRESSES["MPM_RESEARCH_URL"].replace("mpm_app", "mpm_owner")
    given(monkeypatch, MPM_KIND="images", MPM_RESEARCH_URL=owner)
    with pytest.raises(ImproperlyConfigured, match="must sign in as mpm_app"):
        held.named()


def test_what_is_its_own_and_an_address_that_leads_nowhere_are_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, MPM_KIND="sweep", MPM_SECRET_KEY="x" * 50, **ADDRESSES)
    assert held.named() == "sweep"
    assert list(held.in_environment("mail", {"MPM_RESEARCH_URL": env.NO_DATABASE})) == []


@pytest.mark.requirement("I2")
@pytest.mark.parametrize(
    ("kind", "foreign", "is_refused"),
    [
        ("mail", "AWS_SECRET_ACCESS_KEY", True),
        ("images", "AWS_SECRET_ACCESS_KEY", False),
        ("beat", "PGPASSWORD", True),
        ("beat", "PGSERVICEFILE", True),
        ("mail", "PGPASSFILE", False),
    ],
)
def test_a_credential_by_another_programs_name_is_seen(kind: str, foreign: str, is_refused: bool) -> None:
    found = list(held.in_environment(kind, {foreign: "word"}))
    assert [sentence.split()[0] for sentence in found] == [foreign] * is_refused
    assert "word" not in str(found)


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("name", ["MPM_BACKUP_RESEARCH_URL", "MPM_BACKUP_IDENTITY_URL"])
def test_nothing_that_runs_may_hold_what_reads_a_whole_database(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, MPM_KIND="web", **{name: "postgresql://mpm_backup:word@db/research"})
    with pytest.raises(ImproperlyConfigured, match=f"{name} is for nobody that runs"):
        held.named()


def test_a_name_that_is_no_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, MPM_KIND="wbe")
    with pytest.raises(ImproperlyConfigured, match="must be one of web, upload"):
        held.named()


@pytest.mark.requirement("I2")
@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("web", {"mail.key"}),
        ("upload", {"mail.key", "release-signing.key", "blind-index.key"}),
        ("images", {"mail.key", "release-signing.key", "blind-index.key"}),
        ("sweep", {"mail.key", "release-signing.key"}),
        ("mail", {"release-signing.key", "epoch-3.key"}),
        ("releases", {"mail.key", "blind-index.key"}),
    ],
)
def test_a_key_that_another_kind_is_to_hold_alone_is_seen(kind: str, refused: set[str], tmp_path: Path) -> None:
    for name in ("mail.key", "mail.pub", "release-signing.key", "blind-index.key", "epoch-3.key", "digests.key"):
        (tmp_path / name).write_bytes(b"k" * 32)
    assert {sentence.split()[0] for sentence in held.in_keyring(kind, tmp_path)} == refused
    for name in refused:
        # As a container covers a file up.
        (tmp_path / name).write_bytes(b"")
    assert list(held.in_keyring(kind, tmp_path)) == []


def test_web_with_the_key_that_opens_addresses_does_not_start(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "mail.key").write_bytes(b"k" * 32)
    settings.KIND, settings.ON_LOOPBACK, settings.KEYRING = "", False, tmp_path
    with pytest.raises(SystemExit, match=r"mail\.key can be read"):
        guard.check_kind_or_exit(("web", "upload"))
    settings.ON_LOOPBACK = True
    guard.check_kind_or_exit(("web", "upload"))


@pytest.mark.parametrize(
    ("named", "does"), [("images", ("mail",)), ("images", ("images", "mail")), ("", ("text", "log"))]
)
def test_a_worker_takes_the_queue_of_its_kind_alone(named: str, does: tuple[str, ...], settings: Settings) -> None:
    settings.KIND, settings.ON_LOOPBACK = named, bool(named)
    with pytest.raises(SystemExit, match="This process is started as"):
        guard.check_kind_or_exit(does)


def started(kind: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What came of a worker that was started with what its kind is given, and more."""
    told = kinds.only(kind, dict(os.environ)) | {"DJANGO_SETTINGS_MODULE": "mpm_site.settings"} | more
    command = [sys.executable, "-m", "celery", "-A", "mpm_site.celery", "worker", "-Q", kind, "--pool=solo"]
    return subprocess.run(
        command, env=told, cwd=configured.BASE_DIR, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.requirement("I2")
def test_a_real_worker_with_another_kinds_credentials_ends_with_one_sentence() -> None:
    done = started("images", MPM_RESEARCH_URL=ADDRESSES["MPM_RESEARCH_URL"], MPM_SMTP_PASSWORD="word")
    assert done.returncode != 0
    assert done.stderr == "MPM_SMTP_PASSWORD is for mail, sweep, log, and this process is images: take it away.\n"


@pytest.mark.parametrize(
    "program",
    [
        ["manage.py", "check"],
        ["manage.py", "fsck"],
        ["-m", "gunicorn", "-c", "deploy/gunicorn.py"],
        ["-m", "celery", "-A", "mpm_site.celery", "worker", "-Q", "images"],
        ["-m", "celery", "-A", "mpm_site.celery", "beat"],
    ],
    ids=" ".join,
)
def test_a_missing_setting_ends_a_program_with_its_sentence_and_nothing_else(program: list[str]) -> None:
    told = {**kinds.only("beat", dict(os.environ)), "DJANGO_SETTINGS_MODULE": "mpm_site.settings"}
    del told["MPM_SITE_URL"]
    done = subprocess.run(
        [sys.executable, *program], env=told, cwd=configured.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stdout + done.stderr == "MPM_SITE_URL is not set; .env.sample says what it is for.\n"


def test_queues_that_reach_no_research_tell_by_message_that_they_are_served() -> None:
    assert set(configured.TOLD_BY_MESSAGE) == {"mail", "log"}


def test_a_process_that_signs_nothing_draws_its_own_secret() -> None:
    asked = "from django.conf import settings; print(len(settings.SECRET_KEY), settings.DATABASES['default']['HOST'])"
    told = {**kinds.only("beat", dict(os.environ)), "DJANGO_SETTINGS_MODULE": "mpm_site.settings"}
    assert "MPM_SECRET_KEY" not in told
    done = subprocess.run(
        [sys.executable, "-c", asked], env=told, cwd=configured.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["86", env.NOWHERE]


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("from a file\n")
    given(monkeypatch, MPM_SMTP_PASSWORD_FILE=str(tmp_path / "word"))
    assert env.text("MPM_SMTP_PASSWORD", "") == "from a file"
    monkeypatch.setenv("MPM_SMTP_PASSWORD", "another")
    with pytest.raises(ImproperlyConfigured, match="are both set"):
        env.text("MPM_SMTP_PASSWORD", "")
    given(monkeypatch, MPM_HIVE_KEY_FILE=str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env.text("MPM_HIVE_KEY", "")


@pytest.mark.django_db(databases=["default", "identity"])
def test_the_uploads_own_processes_have_no_other_page(settings: Settings) -> None:
    with pytest.raises(MiddlewareNotUsed):
        OnlyUploads(lambda _request: HttpResponse())
    settings.KIND = "upload"
    client = Client()
    assert client.get("/healthz").status_code == HTTPStatus.OK
    # An upload without a session is sent to the beginning; a page is not there, nor is the staff's door.
    assert client.post("/give/photos/add/").status_code == HTTPStatus.FOUND
    for path in ("/", "/give/photos/", "/staff/", "/your-photos/", "/withdrawals.json", "/log/checkpoint"):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND
