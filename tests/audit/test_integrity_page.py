"""The desk's first line on its pages and the integrity page: only what the log's keeper signed is believed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from audit import queries
from audit.copies import reading
from audit.keeper.signer import Signer
from audit.proofs import statements
from audit.proofs.statements import Statement
from audit.standalone.verify_log import check_export, check_proof
from tests.audit.events import commit
from tests.audit.keeper import Keeper

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "auditor"]), pytest.mark.requirement("L9")]
NOW = datetime(2026, 5, 12, 14, 2, 30, tzinfo=UTC)
DESK, INTEGRITY = "/staff/audit/", "/staff/audit/integrity/"


@pytest.fixture
def auditor(staff: Callable[..., Any], settings: Any, keeper: Keeper) -> Client:
    """An auditor's browser, over a keeper of this test's own."""
    settings.AUDIT_PANELS, settings.AUDIT_CHARTS, settings.AUDIT_CHOICES, settings.AUDIT_PAGES = [], [], {}, []
    client: Client = staff("auditor").client
    return client


def put(text: str, name: str = reading.STATEMENT) -> None:
    """Write a file of the copies, as somebody could who has taken over the store."""
    storages["log"].save(name, ContentFile(text.encode()))


def test_the_pages_show_what_the_keeper_signed(auditor: Client, keeper: Keeper) -> None:
    assert "Log not verified yet" in page(auditor, DESK)
    commit(3)
    keeper()
    for url in (DESK, INTEGRITY):
        assert "Log verified to entry 2, checkpoint " in page(auditor, url)


def test_the_page_says_which_witness_cosigned_when_and_which_is_silent(auditor: Client, keeper: Keeper) -> None:
    keeper()
    statement = Statement(
        looked_at=NOW, size=0, chain="", witnesses={"north": NOW}, silent=("south",), objecting=("east",)
    )
    put(Signer().sign_text(statements.written(statement, origin=queries.log_key().name)))
    told = page(auditor, INTEGRITY)
    assert "north cosigned 2026-05-12 14:02:30" in told
    assert "south has not answered" in told
    assert "east knows another history" in told


def test_a_statement_that_somebody_else_wrote_is_not_believed(auditor: Client, keeper: Keeper) -> None:
    commit(1)
    keeper()
    put(reading.read(reading.STATEMENT).decode().replace('"size":1', '"size":2'))
    for url in (DESK, INTEGRITY):
        told = page(auditor, url)
        assert "is not signed with the log&#x27;s key" in told
        assert "notice-danger" in told


def test_an_entry_replaced_since_the_last_look_is_seen_at_once(
    auditor: Client, keeper: Keeper, as_superuser: psycopg.Connection
) -> None:
    commit(2)
    keeper()
    as_superuser.execute(
        "SET session_replication_role = replica; UPDATE audit.event SET chain = sha256(chain) WHERE index = 1"
    )
    assert "Log altered since" in page(auditor, DESK)


def test_copies_that_cannot_be_read_are_told_and_break_no_page(auditor: Client, keeper: Keeper) -> None:
    commit(1)
    keeper()
    for name in (reading.STATEMENT, reading.CHECKPOINT):
        storages["log"].save(name, ContentFile(b"\xff"))
    assert "notice-danger" in page(auditor, DESK)
    told = page(auditor, INTEGRITY)
    assert "The statement about this log cannot be read" in told
    assert "The published checkpoint is not good" in told
    whole = b"".join(auditor.get("/staff/audit/export/").streaming_content).decode()  # type: ignore[attr-defined]
    assert check_export(whole.splitlines(keepends=True), key=None).size == 1


def test_the_page_says_that_the_page_itself_is_no_proof(auditor: Client) -> None:
    assert "a site that was taken over can show any page" in page(auditor, INTEGRITY)


def test_the_page_shows_the_checkpoint_to_the_letter_and_the_commands_with_this_logs_key(auditor: Client) -> None:
    note = "a.example/log\n1\nAAAA\n\n\u2014 a.example/log BBBB\n"
    put(note, reading.CHECKPOINT)
    told, key = page(auditor, INTEGRITY), reading.log_vkey()
    assert f">{note}</pre>" in told
    for command in (
        "verify_log.py export log.jsonl --key",
        "--kept checkpoint.txt",
        "verify_log.py proof",
        "watch_log.py http",
    ):
        assert command in told
    assert told.count(key) == 5


@pytest.mark.requirement("L7")
def test_the_proof_of_an_entry_is_downloaded_and_verifies(auditor: Client, keeper: Keeper) -> None:
    commit(3)
    keeper()
    answer = auditor.get("/staff/audit/proof/1/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="entry-1.tlog-proof"'
    index, leaf, _checkpoint = check_proof(answer.content.decode(), queries.log_key())
    assert (index, leaf["action"]) == (1, "sample:seen")


@pytest.mark.parametrize(("index", "words"), [(0, "open this page again in a minute"), (1, "no such entry")])
def test_a_proof_that_is_not_there_yet_says_when(auditor: Client, index: int, words: str) -> None:
    commit(1)
    assert words in unproved(auditor, index, 404)


def test_a_proof_from_damaged_copies_is_not_handed_out(auditor: Client, keeper: Keeper) -> None:
    commit(1)
    keeper()
    put("not a checkpoint", reading.CHECKPOINT)
    assert "cannot be made" in unproved(auditor, 0, 503)


def unproved(auditor: Client, index: int, status: int) -> str:
    """The page in a proof's place."""
    answer = auditor.get(f"/staff/audit/proof/{index}/")
    assert answer.status_code == status
    return answer.content.decode()


def page(auditor: Client, url: str) -> str:
    """What the auditor's browser shows."""
    answer = auditor.get(url)
    assert answer.status_code == 200
    return answer.content.decode()
