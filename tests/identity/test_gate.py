"""A restored database of addresses writes to nobody, and opens nothing, until it knows again who was deleted."""

import io
import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from contributions import actions as contributions
from identity import actions
from identity.actions import NotReplayed
from identity.models import Identity, LinkRequest, LogMark
from identity.queries import MARK_LIVES, is_replayed
from identity.tasks import send_mail
from mpm_site import guard
from tests.contributions.giver import Giver
from tests.erasure.backups import Backup
from tests.erasure.restored import replay
from tests.identity.mails import last_link, sent
from tests.identity.test_consent_links import released
from vault import actions as vault

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True),
    pytest.mark.requirement("E3"),
]


@pytest.fixture
def restored() -> str:
    """Identity alone is as it was before somebody in it was deleted; the path of that person's link."""
    vault.rotate()
    sending = released()
    path = last_link()
    actions.record_waiting()
    backup = Backup.take("identity")
    actions.drop_keep(subject=sending)
    actions.record_waiting()
    assert not Identity.objects.exists()
    backup.restore()
    assert Identity.objects.exists()
    LogMark.objects.update(at=timezone.now() - MARK_LIVES)
    return path


def test_web_and_sweep_do_not_start(restored: str) -> None:
    assert restored
    with pytest.raises(guard.NotToBeStarted, match="replay_erasures"):
        guard.check_log(seconds=0)
    replay()
    guard.check_log(seconds=0)


def test_a_process_that_runs_opens_no_link_and_writes_none(restored: str, client: Client) -> None:
    with pytest.raises(NotReplayed):
        client.get(restored)
    with pytest.raises(NotReplayed):
        client.post("/change-or-withdraw/", {"email": "anna@example.org"})
    with pytest.raises(NotReplayed):
        released("berta@example.org")
    assert not LinkRequest.objects.exists()
    client.raise_request_exception = False
    assert client.get(restored).status_code == 500


def test_nothing_is_sent_until_the_replay_and_nobody_deleted_is_written_to_then(
    restored: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert restored
    LinkRequest.objects.create(blind_index=bytes(Identity.objects.get().blind_index), language="en")
    mail.outbox.clear()
    actions.record_waiting()
    with caplog.at_level(logging.WARNING):
        assert sent() == []
    assert "nothing is sent" in caplog.text
    assert LinkRequest.objects.exists()
    assert "The site may open." in replay()
    assert is_replayed()
    assert not Identity.objects.exists()
    assert sent() == []
    assert not LinkRequest.objects.exists()
    released("berta@example.org")
    assert [message.to for message in sent()] == [["berta@example.org"]]


def test_a_worker_without_the_log_sends_while_the_clock_goes() -> None:
    released()
    send_mail()
    assert mail.outbox == []
    actions.record_waiting()
    send_mail()
    assert len(mail.outbox) == 1
    released("berta@example.org")
    LogMark.objects.update(at=timezone.now() - MARK_LIVES)
    send_mail()
    assert len(mail.outbox) == 1


def test_a_person_whose_photos_were_erased_is_not_brought_back_by_a_backup_of_addresses(settings: Settings) -> None:
    settings.RECEIPT_PROOF_SECONDS = 0
    vault.rotate()
    giver = Giver().drafts().sends()
    actions.record_waiting()
    backup = Backup.take("identity")
    contributions.stop(sending=giver.sending)
    call_command("sweep", grace=0, stdout=io.StringIO())
    sent()
    contributions.complete(grace=timedelta(0))
    actions.record_waiting()
    assert not Identity.objects.exists()
    backup.restore()
    assert "Nothing waits" not in replay()
    assert not Identity.objects.exists()
    assert "Nothing waits" in replay()
