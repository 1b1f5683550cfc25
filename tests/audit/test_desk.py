"""The auditor's desk: the log in sentences, for auditors only, through the auditor's own role; changes nothing."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.permissions import can_read_log
from audit.queries import Chart, paging
from audit.standalone.verify_log import check_export
from tests.audit.events import PLAIN, SEEN, commit, plain

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "auditor"]), pytest.mark.requirement("L9")]
Staff = Callable[..., Any]
DESK, ENTRIES, INTEGRITY, EXPORT = (
    f"/staff/audit/{place}" for place in ("", "entries/", "integrity/", "export/")
)  # fmt: skip
NOTICE = "a" * 64


@pytest.fixture(autouse=True)
def no_rooms_above(settings: Any) -> None:
    """The desk alone, without other rooms' numbers and pages."""
    settings.AUDIT_PANELS, settings.AUDIT_CHARTS, settings.AUDIT_CHOICES, settings.AUDIT_PAGES = [], [], {}, []


@pytest.fixture
def auditor(staff: Staff) -> Client:
    """An auditor's browser."""
    client: Client = staff("auditor").client
    return client


def story(mentioned: UUID) -> str:
    """The address of one id's story."""
    return reverse("audit:story", args=[mentioned])


def every_page() -> list[str]:
    """An address of each page of the desk."""
    return [DESK, ENTRIES, INTEGRITY, EXPORT, story(uuid4()), reverse("audit:proof", args=[0])]


@pytest.mark.parametrize("role", ["annotator", "adjudicator", "officer", "lead", "curator", "administrator"])
def test_every_other_role_is_refused(staff: Staff, role: str) -> None:
    person = staff(role)
    assert not can_read_log(person.user)
    assert [person.client.get(url).status_code for url in every_page()] == [403] * 6


def test_a_visitor_is_not_let_in(client: Client) -> None:
    assert {client.get(url).status_code for url in every_page()} <= {302, 403}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_desk_takes_no_request_that_could_change_something(auditor: Client, method: str) -> None:
    assert {getattr(auditor, method)(url).status_code for url in every_page()} == {405}


def test_an_empty_log_says_so(auditor: Client) -> None:
    assert "Nothing is recorded yet" in page(auditor, DESK)
    assert "Nothing is recorded yet" in page(auditor, ENTRIES)


def test_every_page_leads_to_the_others_and_says_where_one_is(auditor: Client, settings: Any) -> None:
    settings.AUDIT_PAGES = [("Below", "audit:log")]
    marked = 'aria-current="page">{}</a>'
    for url, label in ((DESK, "Overview"), (ENTRIES, "Entries"), (INTEGRITY, "Integrity")):
        told = page(auditor, url)
        assert marked.format(label) in told
        assert f'href="{reverse("audit:log")}">Below</a>' in told
    assert 'aria-current="true">Entries</a>' in page(auditor, story(uuid4()))


def test_entries_are_sentences_newest_first_with_links_to_stories_and_proofs(auditor: Client) -> None:
    photo = commit(2)
    for url in (DESK, ENTRIES):
        told = page(auditor, url)
        assert told.index("1 times") < told.index("0 times")
        assert f'href="{story(photo)}">{str(photo)[:8]}</a>' in told
        assert f'href="{reverse("audit:proof", args=[1])}"' in told


def test_the_first_page_shows_the_ten_newest(auditor: Client) -> None:
    commit(12)
    assert [line.index for line in auditor.get(DESK).context["lines"]] == list(range(11, 1, -1))


def test_the_filter_selects_by_event_by_id_and_by_day(auditor: Client) -> None:
    photo = commit(2)
    commit(1)
    today, yesterday = timezone.now().date(), timezone.now().date() - timedelta(days=1)
    for query, found in (
        ({"action": SEEN.name}, 3),
        ({"action": PLAIN.name}, 0),
        ({"mentioned": f" {photo} ".upper()}, 2),
        ({"first_day": today, "last_day": today}, 3),
        ({"last_day": yesterday}, 0),
        ({"action": SEEN.name, "mentioned": photo, "first_day": yesterday}, 2),
    ):
        told = page(auditor, ENTRIES, **query)
        assert (told.count("<li id="), "No entry fits" in told) == (found, not found)


def offered() -> list[tuple[str, str]]:
    """A room's choices for the filter."""
    return [(NOTICE, "Notice 7 (English)")]


def test_the_filter_selects_by_what_a_room_offers(auditor: Client, settings: Any) -> None:
    settings.AUDIT_CHOICES = {"notice": f"{__name__}.offered"}
    with transaction.atomic():
        plain(NOTICE)
    commit(1)
    told = page(auditor, ENTRIES, notice=NOTICE)
    assert "Notice 7 (English)" in told
    assert told.count("<li id=") == 1
    assert auditor.get(ENTRIES, {"notice": "b" * 64}).status_code == 400
    assert "not both" in auditor.get(ENTRIES, {"notice": NOTICE, "mentioned": str(uuid4())}).content.decode()


@pytest.mark.parametrize(
    "query",
    [{"action": "nobody:declared"}, {"mentioned": "someone@example.org"}, {"first_day": "tomorrow"},
     {"first_day": "2026-02-01", "last_day": "2026-01-01"}],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_named(auditor: Client, query: dict[str, str]) -> None:
    commit()
    answer = auditor.get(ENTRIES, query)
    assert answer.status_code == 400
    assert "Something is missing or wrong" in answer.content.decode()
    assert "<li id=" not in answer.content.decode()
    assert auditor.get(EXPORT, query).status_code == 400


def test_pages_follow_by_key_and_skip_nothing_to_and_fro(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    photo = commit(6)
    commit(1)
    down, last = walk(auditor, f"{ENTRIES}?mentioned={photo}", "older")
    up, first = walk(auditor, last, "newer")
    assert (down, up) == ([[5, 4], [3, 2], [1, 0]], [[1, 0], [3, 2], [5, 4]])
    assert auditor.get(first).context["newer"] == ""


def walk(auditor: Client, url: str, way: str) -> tuple[list[list[int]], str]:
    """The indices shown on this page and all that follow it one way, and the last page's address."""
    seen = []
    while True:
        shown = auditor.get(url).context
        seen.append([line.index for line in shown["lines"]])
        if not shown[way]:
            return seen, url
        url = shown[way]


def test_an_address_with_a_strange_place_shows_the_first_page(auditor: Client) -> None:
    commit()
    for place in ("-1", "x", "9" * 40, "²"):
        assert "<li id=" in page(auditor, ENTRIES, before=place)
        assert "<li id=" in page(auditor, ENTRIES, after=place)


def numbers() -> dict[str, object]:
    """A room's panel."""
    return {"title": "Consent", "rows": [("Given", 12345)], "bars": [("research", 40), ("sharing", 10)]}


def test_rooms_show_their_numbers_at_the_top(auditor: Client, settings: Any) -> None:
    settings.AUDIT_PANELS = [f"{__name__}.numbers"]
    told = page(auditor, DESK)
    assert told.index("Consent") < told.index("Given") < told.index("Newest entries")
    assert told.partition("<dt>Given</dt>")[2].partition("</dd>")[0].split("<dd>")[1].strip() == "12\u202f345"
    assert told.index('width="100.0"') < told.index('width="25.0"')


def broken() -> list[Chart]:
    """A room that an entry made of nonsense stops."""
    raise KeyError("epoch")


def test_a_piece_that_fails_hides_neither_the_first_line_nor_the_others(
    auditor: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AUDIT_PANELS = [f"{__name__}.broken", f"{__name__}.numbers"]
    settings.AUDIT_CHARTS = [f"{__name__}.broken", f"{__name__}.drawn"]
    settings.AUDIT_CHOICES = {"notice": f"{__name__}.broken"}
    commit(1)
    told = page(auditor, DESK)
    assert told.count("These numbers could not be read; the entries are untouched") == 1
    for there in ("Log not verified yet", "<dt>Given</dt>", "To effect", 'id="entry-0"'):
        assert there in told
    assert f"{__name__}.broken could not be shown" in caplog.text
    assert 'id="entry-0"' in page(auditor, ENTRIES)


PHOTO = UUID(int=7)


def drawn() -> list[Chart]:
    """A room's chart."""
    return [
        {
            "title": "To effect",
            "text": "Each dot is a withdrawal.",
            "unit": "s",
            "points": {"x": [1767225600], "series": [{"label": "</script>", "y": [0.4]}]},
            "columns": ["Week", "Median"],
            "rows": [["2026-01-01", "0.4"]],
            "sentences": [f"Somebody withdrew photo {PHOTO}."],
        }
    ]


def test_rooms_show_charts_with_a_table_and_cases_that_lead_to_stories(auditor: Client, settings: Any) -> None:
    settings.AUDIT_CHARTS = [f"{__name__}.drawn"]
    told = page(auditor, DESK)
    assert f'withdrew photo <a class="code" href="{story(PHOTO)}">00000000</a>.' in told
    assert '<details class="more" open>' in told
    assert '<th scope="row">2026-01-01</th>' in told
    assert "</script>" not in told.partition('id="chart-1"')[2].partition("}</script>")[0]


def test_the_whole_log_is_exported_so_that_it_verifies(auditor: Client) -> None:
    commit(5)
    assert check_export(lines(auditor, {"format": "jsonl"}), key=None).size == 5


def test_a_selection_is_exported_as_csv_and_without_an_end(auditor: Client) -> None:
    photo = commit(2)
    commit(3)
    rows = list(csv.DictReader(lines(auditor, {"format": "csv", "mentioned": str(photo)})))
    assert [row["index"] for row in rows] == ["0", "1"]
    assert json.loads(rows[1]["data"]) == {"photo": str(photo), "times": 1}
    assert all("leaf" in json.loads(line) for line in lines(auditor, {"mentioned": str(photo)}))


def test_no_cell_of_a_csv_file_begins_a_formula(auditor: Client) -> None:
    with transaction.atomic():
        plain(-1)
    cells = [cell for row in csv.reader(lines(auditor, {"format": "csv"})) for cell in row]
    assert any("-1" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t"}] == []


def lines(auditor: Client, query: dict[str, str]) -> list[str]:
    """An export, line by line."""
    answer = auditor.get(EXPORT, query)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return content.decode().splitlines(keepends=True)


def test_the_desk_reads_through_the_auditors_own_role(auditor: Client, as_superuser: psycopg.Connection) -> None:
    commit()
    as_superuser.execute("REVOKE SELECT ON audit.event FROM mpm_auditor")
    auditor.raise_request_exception = False
    try:
        assert [auditor.get(url).status_code for url in (DESK, ENTRIES)] == [500, 500]
    finally:
        as_superuser.execute("GRANT SELECT ON audit.event TO mpm_auditor")


def test_the_desk_shows_neither_an_image_nor_an_address(auditor: Client) -> None:
    photo = commit(2, by=f"staff:{uuid4()}")
    for url in (DESK, ENTRIES, INTEGRITY, story(photo)):
        main = page(auditor, url).split("<main", 1)[1].split("</main>", 1)[0]
        assert "<img" not in main
        assert "@" not in main


def page(auditor: Client, url: str, **query: Any) -> str:
    """What the auditor's browser shows."""
    answer = auditor.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_part_of_the_log_does_not_bear_the_name_of_the_whole(auditor: Client) -> None:
    commit(2)
    assert 'filename="log.jsonl"' in auditor.get(reverse("audit:export")).headers["Content-Disposition"]
    some = auditor.get(reverse("audit:export"), {"action": SEEN.name})
    assert 'filename="log-selection.jsonl"' in some.headers["Content-Disposition"]
    assert "verify single entries by their proofs" in page(auditor, f"{ENTRIES}?action={SEEN.name}")


def test_the_beginning_of_an_id_is_named_as_such(auditor: Client) -> None:
    photo = str(commit())
    for part in (photo[:8], photo[:13], photo[:-1]):
        answer = auditor.get(ENTRIES, {"mentioned": part})
        assert (answer.status_code, "Write the whole id." in answer.content.decode()) == (400, True)
    assert auditor.get(ENTRIES, {"mentioned": photo}).status_code == 200
