"""The newest checkpoint by mail: to each address once in a while, whatever becomes of the mail to the others."""

import json
import smtplib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from audit import queries
from audit.keeper import last_signed, mailing
from tests.audit.events import commit
from tests.audit.keeper import Keeper, published

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
DEAD = "dead@example.org"
Mailed = Callable[[], list[str]]


class Down(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


class OneDead(EmailBackend):
    """A mail server that knows no DEAD."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if any(DEAD in message.to for message in messages):
            raise smtplib.SMTPRecipientsRefused({DEAD: (550, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture
def mailed(settings: Settings, keeper: Keeper, mailoutbox: list[EmailMessage]) -> Mailed:
    """Who gets a mail in one round, some quarter of an hour after the one before."""
    settings.LOG_MAIL_TO = ["one@example.org", DEAD, "two@example.org"]

    def by_one_round() -> list[str]:
        before = len(mailoutbox)
        known = last_signed.recall()
        last_signed.remember(replace(known, tried_at=max(0, known.tried_at - mailing.AGAIN_SECONDS)))
        keeper()
        return sorted(message.to[0] for message in mailoutbox[before:])

    return by_one_round


def test_a_checkpoint_is_mailed_once_a_day_when_there_is_a_newer_one(mailed: Mailed, settings: Settings) -> None:
    assert mailed() == []
    commit(1)
    assert mailed() == sorted(settings.LOG_MAIL_TO)
    note = queries.checkpoint()
    assert note is not None
    assert note in mail.outbox[0].body
    assert queries.log_vkey() in mail.outbox[0].body
    commit(1)
    assert mailed() == []
    settings.LOG_MAIL_HOURS = 0
    assert mailed() == sorted(settings.LOG_MAIL_TO)
    assert mailed() == []


def test_a_mail_server_that_is_down_stops_nothing_and_is_asked_again_later(
    mailed: Mailed, keeper: Keeper, settings: Settings
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Down"
    commit(1)
    assert mailed() == []
    assert published().size == 1
    settings.EMAIL_BACKEND = working
    keeper()
    assert mail.outbox == []
    assert len(mailed()) == 3


def test_an_address_that_takes_no_mail_keeps_nobody_elses_and_nobody_gets_it_twice(
    mailed: Mailed, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.OneDead"
    commit(1)
    assert [mailed(), mailed(), mailed()] == [["one@example.org", "two@example.org"], [], []]
    assert "SMTPRecipientsRefused" in caplog.text
    assert "example.org" not in caplog.text
    settings.EMAIL_BACKEND = working
    assert mailed() == [DEAD]


def test_no_address_is_kept_beside_the_key(mailed: Mailed, settings: Settings) -> None:
    commit(1)
    assert len(mailed()) == 3
    kept = (Path(settings.LOG_KEYS) / last_signed.LAST).read_text()
    assert "example.org" not in kept.replace(queries.log_vkey(), "")
    assert len(last_signed.recall().mailed) == 3


def test_what_was_mailed_by_a_clock_that_was_ahead_puts_nothing_off(mailed: Mailed) -> None:
    commit(1)
    assert len(mailed()) == 3
    known = last_signed.recall()
    ahead = {name: (at + 10**9, size) for name, (at, size) in known.mailed.items()}
    last_signed.remember(replace(known, mailed=ahead))
    commit(1)
    assert len(mailed()) == 3


def test_nothing_is_mailed_that_could_not_be_remembered(
    mailed: Mailed, keeper: Keeper, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_memory: last_signed.Memory) -> None:
        raise OSError(28, "No space left on device")

    to, settings.LOG_MAIL_TO = settings.LOG_MAIL_TO, []
    commit(1)
    keeper()
    settings.LOG_MAIL_TO = to
    monkeypatch.setattr(mailing, "remember", full)
    assert mailed() == []
    monkeypatch.undo()
    assert len(mailed()) == 3


def test_what_an_earlier_keeper_remembered_besides_is_passed_over(mailed: Mailed, settings: Settings) -> None:
    commit(1)
    assert len(mailed()) == 3
    file = Path(settings.LOG_KEYS) / last_signed.LAST
    known = last_signed.recall()
    file.write_text(json.dumps({**json.loads(file.read_text()), "mailed_at": 5, "mailed_size": 1}))
    assert last_signed.recall() == known
