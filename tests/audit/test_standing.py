"""What the log's keeper says after each look, and that nobody else can say it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from pytest_django import Settings

from audit import actions, queries
from audit.copies import reading
from audit.keeper import last_signed, mailing
from audit.proofs import notes, statements
from audit.proofs.statements import NotAStatement, Statement
from audit.standalone.verify_log import Bad
from tests.audit.events import commit
from tests.audit.keeper import Keeper, published

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
database = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.mark.parametrize(
    "statement",
    [
        Statement(NOW, 0, "00"),
        Statement(NOW, 5, "ab", NOW, NOW, 4, 3, "leaf", "broken", {"witness.example": NOW}, ("other.example",)),
    ],
)
def test_a_statement_reads_as_it_was_written(statement: Statement) -> None:
    text = statements.written(statement, origin="here/log")
    assert text.startswith("here/log/standing\n")
    assert statements.read(text, origin="here/log") == statement


@pytest.mark.parametrize(
    "text", ["", "here/log/standing", "here/log\n{}\n", "here/log/standing\n{}\n", "here/log/standing\n[]\n"]
)
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(NotAStatement):
        statements.read(text, origin="here/log")


@database
def test_the_keeper_says_how_far_the_log_was_signed_and_verified(keeper: Keeper) -> None:
    assert queries.standing() is None
    commit(3)
    keeper()
    said = queries.standing()
    assert said is not None
    assert (said.size, said.refused, said.verified_size, said.whole) == (3, "", 3, True)
    assert said.checkpoint_at is not None
    assert timezone.now() - said.checkpoint_at < timedelta(minutes=1)
    commit(1)
    keeper()
    said = queries.standing()
    assert said is not None
    assert (said.size, said.verified_size, said.first_bad) == (4, 3, None)
    assert actions.verify().verified_size == 4
    assert said.chain == queries.end(using="default").chain.hex()


@database
@pytest.mark.requirement("L2")
def test_a_bad_entry_is_said_and_written_to_the_sites_own_log(
    keeper: Keeper, as_superuser: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    commit(5)
    keeper()
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("UPDATE audit.event SET leaf = replace(leaf, '\"times\":2', '\"times\":3') WHERE index = 2")
    actions.verify()
    said = queries.standing()
    assert said is not None
    assert (said.first_bad, said.reason, said.refused, said.whole) == (2, "leaf", "broken", False)
    assert "entry 2 (leaf)" in caplog.text


@database
def test_what_somebody_else_wrote_is_no_statement(keeper: Keeper) -> None:
    keeper()
    origin = queries.log_key().name
    text = statements.written(Statement(NOW, 0, "00"), origin=origin)
    commit(1)
    keeper()
    for note in (notes.sign(text, origin, Ed25519PrivateKey.generate()), text, queries.checkpoint() or ""):
        reading.store().save(reading.STANDING, ContentFile(note.encode()))
        with pytest.raises((Bad, NotAStatement)):
            queries.standing()


class Refuses(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def mailed(settings: Settings, keeper: Keeper, mailoutbox: list[EmailMessage]) -> Callable[[], list[EmailMessage]]:
    """The mails that one round sends."""
    settings.LOG_MAIL_TO = ["one@example.org", "two@example.org"]

    def by_one_round() -> list[EmailMessage]:
        before = len(mailoutbox)
        keeper()
        return mailoutbox[before:]

    return by_one_round


@database
def test_a_checkpoint_is_mailed_once_a_day_when_there_is_a_newer_one(
    mailed: Callable[[], list[EmailMessage]], settings: Settings
) -> None:
    assert mailed() == []
    commit(1)
    mails = mailed()
    assert [mail.to for mail in mails] == [["one@example.org"], ["two@example.org"]]
    note = queries.checkpoint()
    assert note is not None
    assert note in mails[0].body
    assert queries.log_vkey() in mails[0].body
    commit(1)
    assert mailed() == []
    settings.LOG_MAIL_HOURS = 0
    last_signed.remember(replace(last_signed.recall(), tried_at=0))
    assert len(mailed()) == 2
    last_signed.remember(replace(last_signed.recall(), tried_at=0))
    assert mailed() == []


@database
def test_a_mail_server_that_is_down_stops_nothing_and_is_asked_again_later(
    mailed: Callable[[], list[EmailMessage]], settings: Settings
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refuses"
    commit(1)
    assert mailed() == []
    assert published().size == 1
    settings.EMAIL_BACKEND = working
    assert mailed() == []
    known = last_signed.recall()
    last_signed.remember(replace(known, tried_at=known.tried_at - mailing.AGAIN_SECONDS))
    assert len(mailed()) == 2
