"""The auditor's desk: the log in sentences, for auditors only, through the auditor's own role; changes nothing."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import actions, paging
from audit.chain import verify
from audit.export import Export
from audit.models import Verification
from audit.permissions import can_read_log
from tests.audit.events import PLAIN, SEEN, commit

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "auditor"]), pytest.mark.requirement("L9")]
Staff = Callable[..., Any]
DESK = "/staff/audit/"
EXPORT = "/staff/audit/export/"


@pytest.fixture(autouse=True)
def no_rooms_above(settings: Any) -> None:
    """The desk alone, without other rooms' numbers."""
    settings.AUDIT_PANELS = []


@pytest.fixture
def auditor(staff: Staff) -> Client:
    """An auditor's browser."""
    client: Client = staff("auditor").client
    return client


def story(mentioned: UUID) -> str:
    """The address of one id's story."""
    return reverse("audit:story", args=[mentioned])


@pytest.mark.parametrize("role", ["annotator", "adjudicator", "officer", "lead", "curator", "administrator"])
def test_every_other_role_is_refused(staff: Staff, role: str) -> None:
    person = staff(role)
    assert not can_read_log(person.user)
    for url in (DESK, EXPORT, story(uuid4())):
        assert person.client.get(url).status_code == 403


def test_a_visitor_is_not_let_in(client: Client) -> None:
    for url in (DESK, EXPORT, story(uuid4())):
        assert client.get(url).status_code in {302, 403}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_desk_takes_no_request_that_could_change_something(auditor: Client, method: str) -> None:
    assert getattr(auditor, method)(DESK).status_code == 405


def test_an_empty_log_says_so(auditor: Client) -> None:
    assert "Nothing is recorded yet" in page(auditor, DESK)


def test_entries_are_sentences_newest_first_with_links_to_stories(auditor: Client) -> None:
    photo = commit(2)
    told = page(auditor, DESK)
    assert told.index("1 times") < told.index("0 times")
    assert story(photo) in told
    assert f">{str(photo)[:8]}</a>" in told


def test_a_story_is_every_entry_that_mentions_the_id_oldest_first(auditor: Client) -> None:
    photo = commit(2)
    commit(1, by=f"participant:{photo}")
    commit(1)
    told = page(auditor, story(photo))
    assert told.count("<li id=") == 3
    assert told.index("0 times") < told.index("1 times") < told.index("Participant ")


def test_a_story_of_nobody_says_so(auditor: Client) -> None:
    assert "No entry mentions this id" in page(auditor, story(uuid4()))


def test_the_filter_selects_by_event_by_id_and_by_day(auditor: Client) -> None:
    photo = commit(2)
    commit(1)
    today, yesterday = timezone.now().date(), timezone.now().date() - timedelta(days=1)
    for query, found in (
        ({"action": SEEN.name}, 3),
        ({"action": PLAIN.name}, 0),
        ({"mentioned": str(photo).upper()}, 2),
        ({"first_day": today, "last_day": today}, 3),
        ({"last_day": yesterday}, 0),
        ({"action": SEEN.name, "mentioned": photo, "first_day": yesterday}, 2),
    ):
        told = page(auditor, DESK, **query)
        assert (told.count("<li id="), "No entry fits" in told) == (found, not found)


@pytest.mark.parametrize(
    "query",
    [{"action": "nobody:declared"}, {"mentioned": "someone@example.org"}, {"first_day": "tomorrow"},
     {"first_day": "2026-02-01", "last_day": "2026-01-01"}],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_named(auditor: Client, query: dict[str, str]) -> None:
    commit()
    answer = auditor.get(DESK, query)
    assert answer.status_code == 400
    assert "Something is missing or wrong" in answer.content.decode()
    assert "<li id=" not in answer.content.decode()
    assert auditor.get(EXPORT, query).status_code == 400


def test_pages_follow_by_key_and_skip_nothing(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    photo = commit(5)
    commit(1)
    assert seen_by(auditor, f"{DESK}?mentioned={photo}") == [4, 3, 2, 1, 0]
    assert seen_by(auditor, story(photo)) == [0, 1, 2, 3, 4]


def seen_by(auditor: Client, url: str) -> list[int]:
    """The indices shown on this page and all that follow it."""
    seen = []
    while url:
        answer = auditor.get(url)
        seen += [line.index for line in answer.context["lines"]]
        url = answer.context.get("older") or answer.context.get("newer") or ""
    return seen


def test_an_address_with_a_strange_place_shows_the_first_page(auditor: Client) -> None:
    commit()
    for place in ("-1", "x", "9" * 40, "²"):
        assert "<li id=" in page(auditor, DESK, before=place)


def test_the_first_line_says_how_far_the_log_is_verified(auditor: Client, as_superuser: psycopg.Connection) -> None:
    assert "Log not verified yet" in page(auditor, DESK)
    commit(3)
    actions.note_verification()
    newest = Verification.objects.latest("checked_at")
    assert f"Log verified to entry 2, {newest.checked_at:%H:%M}" in page(auditor, DESK)
    commit(1)
    assert "1 newer entry waits" in page(auditor, DESK)
    Verification.objects.update(checked_at=newest.checked_at - timedelta(hours=1))
    assert "the regular check is late" in page(auditor, DESK)
    as_superuser.execute("SET session_replication_role = replica; DELETE FROM audit.event WHERE index = 1")
    actions.note_verification()
    assert "Log broken at entry 1" in page(auditor, DESK)


def test_rooms_show_their_numbers_at_the_top(auditor: Client, settings: Any) -> None:
    settings.AUDIT_PANELS = [f"{__name__}.numbers"]
    told = page(auditor, DESK)
    assert told.index("Consent") < told.index("Given") < told.index("Entries")
    assert told.partition("<dt>Given</dt>")[2].split()[:3] == ["<dd>", "12", "</dd>"]


def numbers() -> dict[str, object]:
    """A room's panel."""
    return {"title": "Consent", "rows": [("Given", 12)]}


def test_the_whole_log_is_exported_so_that_it_verifies(auditor: Client) -> None:
    commit(5)
    export = Export(lines(auditor, {"format": "jsonl"}))
    checked = verify(export)
    assert export.end is not None
    assert checked.against(export.end).whole
    assert checked.size == 5


def test_a_selection_is_exported_as_csv_and_without_an_end(auditor: Client) -> None:
    photo = commit(2)
    commit(3)
    rows = list(csv.DictReader(lines(auditor, {"format": "csv", "mentioned": str(photo)})))
    assert [row["index"] for row in rows] == ["0", "1"]
    assert json.loads(rows[1]["data"]) == {"photo": str(photo), "times": 1}
    assert all("leaf" in json.loads(line) for line in lines(auditor, {"mentioned": str(photo)}))


def lines(auditor: Client, query: dict[str, str]) -> list[str]:
    """An export, line by line."""
    answer = auditor.get(EXPORT, query)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return content.decode().splitlines()


def test_the_desk_reads_through_the_auditors_own_role(auditor: Client, as_superuser: psycopg.Connection) -> None:
    commit()
    as_superuser.execute("REVOKE SELECT ON audit.event FROM mpm_auditor")
    auditor.raise_request_exception = False
    try:
        assert auditor.get(DESK).status_code == 500
    finally:
        as_superuser.execute("GRANT SELECT ON audit.event TO mpm_auditor")


def test_the_desk_shows_neither_an_image_nor_an_address(auditor: Client) -> None:
    photo = commit(2, by=f"staff:{uuid4()}")
    for url in (DESK, story(photo)):
        main = page(auditor, url).split("<main", 1)[1].split("</main>", 1)[0]
        assert "<img" not in main
        assert "@" not in main


def page(auditor: Client, url: str, **query: Any) -> str:
    """What the auditor's browser shows."""
    answer = auditor.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()
