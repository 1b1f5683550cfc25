"""What the log's keeper says after each look, and that nobody else can say it."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile
from django.utils import timezone

from audit import actions, queries
from audit.copies import reading
from audit.keeper import mailing, witnesses
from audit.proofs import notes, statements
from audit.proofs.statements import NotAStatement, Statement
from audit.standalone.verify_log import Bad
from tests.audit.events import commit
from tests.audit.keeper import Keeper

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
database = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.mark.parametrize(
    "statement",
    [
        Statement(NOW, 0, "00"),
        Statement(
            NOW,
            5,
            "ab",
            NOW,
            NOW,
            4,
            3,
            "leaf",
            "broken",
            {"witness.example": NOW},
            ("other.example",),
            ("another.example",),
        ),
    ],
)
def test_a_statement_reads_as_it_was_written(statement: Statement) -> None:
    text = statements.written(statement, origin="here/log")
    assert text.startswith("here/log/statement\n")
    assert statements.read(text, origin="here/log") == statement


@pytest.mark.parametrize(
    "text", ["", "here/log/statement", "here/log\n{}\n", "here/log/statement\n{}\n", "here/log/statement\n[]\n"]
)
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(NotAStatement):
        statements.read(text, origin="here/log")


@database
def test_the_keeper_says_how_far_the_log_was_signed_and_verified(keeper: Keeper) -> None:
    assert queries.statement() is None
    commit(3)
    keeper()
    said = queries.statement()
    assert said is not None
    assert (said.size, said.refused, said.verified_size, said.whole) == (3, "", 3, True)
    assert said.checkpoint_at is not None
    assert timezone.now() - said.checkpoint_at < timedelta(minutes=1)
    commit(1)
    keeper()
    said = queries.statement()
    assert said is not None
    assert (said.size, said.verified_size, said.first_bad) == (4, 3, None)
    assert actions.keep(full=True).verified_size == 4
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
    actions.keep(full=True)
    said = queries.statement()
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
        reading.store().save(reading.STATEMENT, ContentFile(note.encode()))
        with pytest.raises((Bad, NotAStatement)):
            queries.statement()


@database
def test_a_statement_is_made_whatever_goes_wrong_outside_of_the_house(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_args: object, **_options: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(witnesses, "ask", fails)
    monkeypatch.setattr(mailing, "mail_when_due", fails)
    commit(2)
    keeper()
    said = queries.statement()
    assert said is not None
    assert (said.size, said.refused) == (2, "")
    assert caplog.text.count("ArithmeticError") >= 2
