"""The mail worker: each mail once, again after a failure, and no word of it in what the site writes down."""

import logging
import smtplib
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from identity import actions
from identity.actions.mailing import take_mail
from identity.models import Identity, Link, Mail
from identity.queries import MOST_ATTEMPTS, mails_to_send
from tests.identity.mails import last_link, sent, token_of, whole
from tests.identity.test_consent_links import released

RECEIPT = {
    "heading": "What you agreed to",
    "at": "1 June 2026",
    "notice": "2026-1",
    "sendings": [{"date": "31 May 2026", "photos": [{"number": 2, "state": "agreed", "scopes": ["research"]}]}],
    "code": "ABCDE-FGHJK-MNPQR-STVWX-YZ012-34567",
    "erased_by": "",
}


class Refusing:
    """A mail server that refuses the recipient for now, and repeats the address while doing so."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        """Refuse."""
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (450, messages[0].to[0].encode())})


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("identity.tasks.get_connection", Refusing)
    return monkeypatch


@pytest.mark.requirement("R3")
@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_three_workers_at_once_send_one_mail() -> None:
    released()

    def worker(_: int) -> None:
        try:
            sent()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(worker, range(3)))
    assert len(mail.outbox) == 1


@pytest.mark.django_db(databases=["default", "identity"])
class TestMailWorker:
    """One worker's round."""

    def test_what_was_sent_is_emptied_and_not_sent_again(self) -> None:
        released()
        sent()
        assert len(sent()) == 1
        assert bytes(Mail.objects.get().context) == b""

    def test_a_second_copy_after_a_crash_has_the_same_message_id(self) -> None:
        released()
        sent()
        before = mail.outbox[0].message()["Message-ID"]
        row = Mail.objects.get()
        assert str(row.pk) in before

    def test_a_mail_taken_by_a_worker_that_died_is_sent_when_its_lease_is_over(self) -> None:
        released()
        assert take_mail() is not None
        assert sent() == []
        Mail.objects.update(next_try_at=timezone.now())
        assert len(sent()) == 1

    @pytest.mark.requirement("I1")
    def test_a_refused_mail_is_tried_later_and_logged_without_its_address(
        self, refusing: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        released("canary@example.org")
        with caplog.at_level(logging.DEBUG):
            sent()
        row = Mail.objects.get()
        assert row.sent_at is None
        assert row.next_try_at is not None
        assert row.next_try_at > timezone.now()
        assert "SMTPRecipientsRefused" in caplog.text
        assert "canary" not in caplog.text
        refusing.undo()
        Mail.objects.update(next_try_at=timezone.now())
        assert len(sent()) == 1

    def test_without_a_broker_the_mail_waits_for_the_next_round(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OperationalError

        monkeypatch.setattr("identity.actions.mailing.current_app.send_task", fail)
        with django_capture_on_commit_callbacks(using="identity", execute=True) as callbacks:
            released()
        assert len(callbacks) == 1
        assert len(sent()) == 1

    @pytest.mark.requirement("I5")
    def test_the_message_that_wakes_the_worker_carries_nothing(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        messages = []
        monkeypatch.setattr(
            "identity.actions.mailing.current_app.send_task", lambda *args, **options: messages.append((args, options))
        )
        with django_capture_on_commit_callbacks(using="identity", execute=True):
            released()
        assert messages == [(("identity.tasks.send_mail",), {"queue": "mail", "retry": False})]

    @pytest.mark.usefixtures("refusing")
    def test_a_mail_that_nobody_takes_is_given_up(self) -> None:
        released()
        Mail.objects.update(attempts=MOST_ATTEMPTS - 1)
        sent()
        assert not mails_to_send().exists()
        assert take_mail() is None

    def test_one_mail_that_cannot_be_opened_does_not_stop_the_others(self) -> None:
        released("anna@example.org")
        Mail.objects.update(context=b"not sealed")
        released("berta@example.org")
        assert [message.to for message in sent()] == [["berta@example.org"]]

    def test_a_mail_whose_link_is_too_old_is_not_sent(self) -> None:
        released()
        Mail.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert sent() == []

    @pytest.mark.requirement("I5")
    def test_no_token_is_in_what_the_site_writes_down(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            released()
            token = token_of(last_link())
        assert token not in caplog.text
        assert "anna" not in caplog.text

    @pytest.mark.requirement("K6")
    def test_a_receipt_says_what_when_and_how_to_withdraw(self) -> None:
        released()
        participant = Identity.objects.get().participant
        for _ in range(2):
            actions.send_receipt(participant=participant, decision=uuid.UUID(int=1), context=RECEIPT)
        (text,) = [whole(message) for message in sent() if message.subject == "Your receipt"]
        for words in (RECEIPT["heading"], RECEIPT["at"], RECEIPT["code"], "2026-1", "Photo 2", "/withdraw/"):
            assert text.count(str(words)) >= 2, words

    @pytest.mark.requirement("K10")
    def test_a_receipt_of_a_withdrawal_names_the_date_and_the_law(self) -> None:
        released()
        context = RECEIPT | {"erased_by": "5 June 2026"}
        actions.send_receipt(participant=Identity.objects.get().participant, decision=uuid.uuid4(), context=context)
        assert "destroyed by 5 June 2026, unless the law obliges us to keep them" in sent()[-1].body

    def test_a_receipt_for_a_deleted_address_is_not_written(self) -> None:
        actions.send_receipt(participant=uuid.uuid4(), decision=uuid.uuid4(), context=RECEIPT)
        assert not Mail.objects.exists()

    def test_a_person_gets_the_receipt_before_the_address_is_deleted(self) -> None:
        sending = released()
        sent()
        actions.send_receipt(participant=Identity.objects.get().participant, decision=uuid.uuid4(), context=RECEIPT)
        actions.drop_keep(subject=sending)
        assert sent()[-1].subject == "Your receipt"
        assert not Identity.objects.exists()
        assert not Link.objects.exists()
