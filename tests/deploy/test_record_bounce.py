"""What Postfix calls for a mail that came back (deploy/systemd/record-bounce.sh), with what it has there."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from identity.models import Mail
from mpm_site.env import NOWHERE
from tests.identity.mails import sent
from tests.identity.reports import report
from tests.identity.test_consent_links import released
from tests.structure.test_imports import ROOT

SYSTEMD = ROOT / "deploy" / "systemd"
AWAY = f"postgresql://mpm_identity:word@/nothing?host={NOWHERE}"
TRY_AGAIN = 75  # EX_TEMPFAIL in sysexits.h


def called(folder: Path, raw: bytes, *, database: str = AWAY) -> tuple[int, str]:
    """The script's exit code and words, with its paths leading into a folder and this checkout."""
    (folder / "bounce").mkdir()
    (folder / "bounce" / "identity_url").write_text(f"{database}\n", encoding="utf-8")
    (folder / "script").write_text(_here(SYSTEMD / "record-bounce.sh", folder), encoding="utf-8")
    (folder / "site.env").write_text(_here(SYSTEMD / "site.env", folder), encoding="utf-8")
    told = {"PATH": os.defpath}
    done = subprocess.run(["/bin/sh", folder / "script"], input=raw, env=told, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def _here(file: Path, folder: Path) -> str:
    text = file.read_text(encoding="utf-8").replace("/srv/mpm/venv/bin/python", sys.executable)
    for there, here in {"/srv/mpm/site": ROOT, "/srv/mpm/campaign": ROOT / "campaign", "/etc/mpm": folder}.items():
        text = text.replace(there, str(here))
    return text


def about(mail: uuid.UUID, status: str = "Action: failed\nStatus: 5.1.1") -> bytes:
    """A report to the sender that MPM_MAIL_FROM in site.env makes."""
    return report(mail, to=f"bounces+{mail}@example.org", fields=[status])


def test_what_is_no_report_ends_here_so_that_no_forged_sender_gets_an_answer(tmp_path: Path) -> None:
    code, words = called(tmp_path, b"From: canary@example.org\n\ncanary")
    assert (code, words) == (0, "CommandError: This is not a report of one of our mails.\n")


def test_a_report_is_known_by_the_sites_sender(tmp_path: Path) -> None:
    code, words = called(tmp_path, about(uuid.uuid4(), "Action: delayed\nStatus: 4.4.7"))
    assert (code, words) == (0, "Not back for good: nothing was recorded.\n")


def test_with_its_database_away_postfix_tries_again(tmp_path: Path) -> None:
    code, words = called(tmp_path, about(uuid.uuid4()))
    assert code == TRY_AGAIN
    assert "canary" not in words


def test_without_its_settings_postfix_tries_again(tmp_path: Path) -> None:
    code, words = called(tmp_path, about(uuid.uuid4()), database="nothing")
    assert (code, words) == (TRY_AGAIN, "MPM_IDENTITY_URL must sign in as mpm_identity in mail.\n")


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_a_mail_that_came_back_is_recorded(tmp_path: Path) -> None:
    released()
    sent()
    mail = Mail.objects.get().pk
    found = settings.DATABASES["identity"]
    address = (
        f"postgresql://{found['USER']}:{found['PASSWORD']}@/{found['NAME']}?host={found['HOST']}&port={found['PORT']}"
    )
    assert called(tmp_path, about(mail), database=address) == (0, "Recorded.\n")
    assert Mail.objects.get().bounce == "5.1.1"
