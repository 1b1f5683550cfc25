"""The first line of the desk and the integrity page: only what the log's keeper signed is believed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from audit import queries
from audit.copies import reading
from audit.desk.standing import Standing, standing
from audit.keeper.signer import Signer
from audit.proofs import statements
from audit.proofs.statements import Statement
from audit.standalone.verify_log import check_proof
from tests.audit.events import commit
from tests.audit.keeper import Keeper

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "auditor"]), pytest.mark.requirement("L9")]
NOW = datetime(2026, 5, 12, 14, 2, 30, tzinfo=UTC)
DESK, INTEGRITY = "/staff/audit/", "/staff/audit/integrity/"


def said(size: int = 48_212, *, is_as_seen: bool = True, **fields: Any) -> Standing:
    """The words for what the keeper said: all well, but for these fields."""
    stated = {
        "looked_at": NOW - timedelta(seconds=10),
        "size": 48_212,
        "chain": "00" * 32,
        "checkpoint_at": NOW - timedelta(seconds=10),
        "verified_at": NOW - timedelta(minutes=40),
        "verified_size": 48_000,
        "witnesses": {"north": NOW, "south": NOW},
        **fields,
    }
    return standing(Statement(**stated), size=size, is_as_seen=is_as_seen, now=NOW)


def test_all_well_is_one_line_in_green() -> None:
    told = said()
    assert told.tone == "success"
    assert told.title == "Log verified to entry 48\u202f211, checkpoint 14:02, 2 witnesses"
    assert told.text == "Every entry is as it was recorded, and none is missing."


def test_entries_that_wait_for_the_next_checkpoint_are_no_warning() -> None:
    told = said(size=48_213)
    assert (told.tone, told.text) == ("success", "1 newer entry waits for the next checkpoint.")


def test_nothing_said_yet_is_a_warning() -> None:
    told = standing(None, size=0, is_as_seen=True, now=NOW)
    assert (told.tone, told.title) == ("warning", "Log not verified yet")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"looked_at": NOW - timedelta(minutes=6)}, "is late: it last looked at 13:56"),
        ({"looked_at": NOW - timedelta(days=2)}, "it last looked at 2026-05-10 14:02"),
        ({"verified_at": NOW - timedelta(minutes=121)}, "last recomputed at 12:01"),
        ({"verified_at": None}, "has not been recomputed yet"),
        ({"witnesses": {}}, "No witness outside cosigns"),
        ({"silent": ("north",)}, "No answer from witness north."),
    ],
)
def test_what_is_late_or_lacking_is_a_warning(fields: dict[str, Any], words: str) -> None:
    told = said(**fields)
    assert told.tone == "warning"
    assert words in told.text


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"first_bad": 7, "reason": "leaf"}, "Log broken at entry 7, 14:02"),
        ({"refused": "behind"}, "Log behind its last checkpoint, 14:02"),
        ({"refused": "inconsistent"}, "Log inconsistent with its last checkpoint, 14:02"),
        ({"refused": "forgotten"}, "The last checkpoint is not known, 14:02"),
        ({"size": 48_211}, "Log behind its last checkpoint, 14:02"),
        ({"is_as_seen": False}, "Log altered since 14:02"),
    ],
)
def test_what_cannot_be_relied_on_is_red_and_says_what_to_do(fields: dict[str, Any], title: str) -> None:
    told = said(**fields)
    assert (told.tone, told.title) == ("danger", title)
    assert told.text.count(".") >= 2


def test_copies_that_cannot_be_written_are_a_warning() -> None:
    assert said(refused="copies").tone == "warning"


@pytest.fixture
def auditor(staff: Callable[..., Any], settings: Any, keeper: Keeper) -> Client:
    """An auditor's browser, over a keeper of this test's own."""
    settings.AUDIT_PANELS, settings.AUDIT_CHARTS, settings.AUDIT_CHOICES, settings.AUDIT_PAGES = [], [], {}, []
    client: Client = staff("auditor").client
    return client


def put(text: str, name: str = reading.STANDING) -> None:
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
    statement = Statement(looked_at=NOW, size=0, chain="", witnesses={"north": NOW}, silent=("south",))
    put(Signer().sign_text(statements.written(statement, origin=queries.log_key().name)))
    told = page(auditor, INTEGRITY)
    assert "north cosigned 2026-05-12 14:02:30" in told
    assert "south has not answered" in told


def test_a_statement_that_somebody_else_wrote_is_not_believed(auditor: Client, keeper: Keeper) -> None:
    commit(1)
    keeper()
    put(reading.read(reading.STANDING).decode().replace('"size":1', '"size":2'))
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


def test_the_page_shows_the_checkpoint_to_the_letter_and_the_commands_with_this_logs_key(auditor: Client) -> None:
    note = "a.example/log\n1\nAAAA\n\n\u2014 a.example/log BBBB\n"
    put(note, reading.CHECKPOINT)
    told, key = page(auditor, INTEGRITY), reading.log_vkey()
    assert f">{note}</pre>" in told
    for command in ("verify_log.py export log.jsonl --key", "--kept checkpoint.txt", "watch_log.py http"):
        assert command in told
    assert told.count(key) == 4


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
