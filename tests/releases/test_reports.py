"""What recipients report: taken from the program and from the page, and only when it is about their copy."""

import json
import re
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from django.test import Client
from django.utils.formats import date_format
from pytest_django import Settings

from audit.models import Event
from releases import actions
from releases.models import Delivery, Download, PruneReport, Release, WithdrawalNotice
from releases.queries import holdings
from releases.standalone.mpm_release import REPORT
from releases.views.report_words import REPORT_FAULTS
from tests.builders import Given
from tests.cast import Casting
from tests.releases.curators import Curators, taken_back
from tests.releases.receiving import Program, handed_out, opened

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def program(two: Given, curators: Curators) -> Program:
    """A link by which a release of two photos was fetched, of which one was taken back and told of since."""
    made = handed_out(curators, curators.published())
    made.get("data/shards/000000.tar")
    two.withdraw(two.photos[0])
    assert actions.announce(audience="own") is not None
    return made


def document(release: Release, **said: object) -> str:
    """What the program writes of a copy from which everything was deleted that the notices name."""
    (gone,) = release.items.filter(dropped_at__isnull=False).values_list("public_id", flat=True)
    (left,) = release.items.filter(dropped_at__isnull=True)
    whole = {
        "format": REPORT,
        "release": str(release.pk),
        "audience": release.audience,
        "number": release.number,
        "manifest_sha256": release.manifest_sha256,
        "notice": WithdrawalNotice.objects.count(),
        "deleted": [str(gone)],
        "absent": [],
        "left": 1,
        "left_sha256": sha256(f"{left.public_id_id} {left.sha256}\n".encode()).hexdigest(),
        "at": "2026-11-23T06:00:00+00:00",
        "signed_off_by": "Robin Reader",
        "tool_sha256": "0" * 64,
    }
    return json.dumps(whole | said)


@pytest.mark.requirement("D9")
def test_a_report_of_the_program_is_taken_once_and_logged(program: Program, settings: Settings) -> None:
    (before,) = holdings()
    assert [one.number for one in before.behind] == [1]
    said = document(program.delivery.release)
    answers = [program.sends(said) for _ in range(2)]
    kept = PruneReport.objects.get()
    assert [answer.status for answer in answers] == [201, 201]
    page = f"{settings.SITE_URL}/versions/own/1/"
    assert answers[0].json() == {"report": str(kept.pk), "notice": 1, "state": "published", "page": page}
    assert (kept.notice_number, kept.left, kept.document) == (1, 1, said)
    (after,) = holdings()
    assert (after.behind, after.confirmed, after.left) == ((), 1, 1)
    entry = Event.objects.get(action="delivery:reported")
    assert entry.actor == f"recipient:{program.delivery.recipient_id}"
    assert "Robin" not in entry.leaf


@pytest.mark.requirement("D9")
def test_a_report_that_does_not_fit_is_refused(program: Program, curators: Curators) -> None:
    release = program.delivery.release
    sent = {
        "not_a_report": "{}",
        "another_release": document(release, number=7),
        "not_all_deleted": document(release, deleted=[]),
        "not_what_is_left": document(release, left=0),
        "unknown_notice": document(release, notice=2),
    }
    for name, value in (("number", True), ("number", 1.0), ("notice", 1.0), ("left", 1.0), ("left", None)):
        answer = program.sends(document(release, **{name: value}))
        assert (answer.status, answer.json()["error"]) == (422, "not_a_report"), name
    for code, said in sent.items():
        answer = program.sends(said)
        assert (answer.status, answer.json()) == (422, {"error": code, "says": str(REPORT_FAULTS[code])})
    broken = program.sends(b"\xff")
    assert (broken.status, broken.json()["error"]) == (422, "not_a_report")
    actions.end_delivery(delivery_id=program.delivery.pk, staff_id=curators.first)
    assert program.sends(document(release)).status == 403
    assert program.sends("{}", Authorization="Bearer x").status == 401
    assert not PruneReport.objects.exists()


@pytest.mark.requirement("D9")
def test_on_the_page_it_is_pasted_and_a_fault_is_said_beside_the_field(program: Program) -> None:
    browser, said = opened(program), document(program.delivery.release)
    assert "Your copy is behind" in browser.get("/dataset/").content.decode()
    wrong = browser.post("/dataset/reports/", {"document": "{}"})
    assert wrong.status_code == 422
    assert "This is not a report of the program." in wrong.content.decode()
    right = browser.post("/dataset/reports/", {"document": said}, follow=True)
    assert "Thank you. We have your report, up to notice 1." in right.content.decode()
    assert "Your copy is behind" not in right.content.decode()


def test_a_form_of_another_site_reports_nothing(program: Program) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = opened(program).cookies
    said = {"document": document(program.delivery.release)}
    assert browser.post("/dataset/reports/", said).status_code == 403
    assert browser.post("/dataset/deleted/", {"signed_off_by": "Robin", "sure": "on"}).status_code == 403
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/dataset/").content.decode())
    assert secret is not None
    assert browser.post("/dataset/reports/", said | {"csrfmiddlewaretoken": secret[1]}).status_code == 302


def test_nobody_says_that_all_is_deleted_without_a_name_and_a_tick(program: Program) -> None:
    browser = opened(program)
    for said in ({"signed_off_by": "Robin"}, {"sure": "on"}, {}):
        assert browser.post("/dataset/deleted/", said).status_code == 422
    assert not PruneReport.objects.exists()
    browser.post("/dataset/deleted/", {"signed_off_by": "Robin", "sure": "on"})
    (held,) = holdings()
    assert held.is_deleted


@pytest.mark.requirement("D9")
def test_what_was_counted_is_told_apart_from_somebodys_word(program: Program, staff: Casting) -> None:
    release, desk = program.delivery.release, staff("curator").client
    page = f"/staff/recipients/{program.delivery.recipient_id}/"
    program.sends(document(release))
    assert not holdings()[0].is_stated
    assert "on their word" not in desk.get(page).content.decode()
    opened(program).post("/dataset/deleted/", {"signed_off_by": "Robin", "sure": "on"})
    assert holdings()[0].is_stated
    assert "said to be deleted" in desk.get(page).content.decode()


NO_PHOTO = {"absent": ["data/shards/000000.tar"], "left": 0, "left_sha256": sha256(b"").hexdigest()}


@pytest.mark.requirement("D9")
def test_a_copy_without_photos_tells_nothing_of_the_one_that_has_them(program: Program, curators: Curators) -> None:
    said = document(program.delivery.release, **NO_PHOTO)
    # By a second link, too: a copy is its recipient's, however it came.
    actions.end_delivery(delivery_id=program.delivery.pk, staff_id=curators.first)
    again = handed_out(curators, program.delivery.release, program.delivery.recipient)
    answer = again.sends(said)
    assert (answer.status, answer.json()["error"]) == (422, "no_photo")
    page = opened(again).post("/dataset/reports/", {"document": said}).content.decode()
    assert "Prune the copy that holds them" in page
    (held,) = holdings()
    assert ([one.number for one in held.behind], held.is_deleted) == ([1], False)


@pytest.mark.requirement("D9")
def test_a_copy_to_which_no_photo_ever_came_is_up_to_date_and_not_deleted(program: Program) -> None:
    Download.objects.update(path="data/annotations.json")
    assert program.sends(document(program.delivery.release, **NO_PHOTO)).status == 201
    (held,) = holdings()
    assert (held.behind, held.left, held.is_deleted) == ((), 0, False)


@pytest.mark.requirement("D10")
def test_of_a_version_that_was_taken_back_the_page_says_so_first_and_always(
    program: Program, curators: Curators
) -> None:
    release, browser = program.delivery.release, opened(program)
    actions.ask_retraction(release_id=release.pk, reason="The ages were wrong.", staff_id=curators.first)
    taken_back(release, by=curators.second)
    answer = program.sends(document(release))
    assert (answer.status, answer.json()["state"]) == (201, "retracted")
    sent = browser.post("/dataset/reports/", {"document": document(release)}, follow=True)
    assert "It is not enough: this version was taken back" in sent.content.decode()
    nothing = browser.post("/dataset/deleted/", {}).content.decode()
    assert 'href="#id_signed_off_by"' in nothing
    before = browser.get("/dataset/").content.decode()
    browser.post("/dataset/deleted/", {"signed_off_by": "Robin", "sure": "on"})
    browser.get("/dataset/")
    after = browser.get("/dataset/").content.decode()
    for page in (before, after):
        assert "Version 1 of the dataset was taken back</h1>" in page
        assert {"The ages were wrong.", "/versions/own/1/"} == {
            one for one in ("The ages were wrong.", "/versions/own/1/", "mpm_release.py", "Fetch it") if one in page
        }
    assert ("/dataset/deleted/" in before, "You told us on" in before) == (True, False)
    assert ("/dataset/deleted/" in after, "You told us on" in after) == (False, True)
    actions.end_delivery(delivery_id=program.delivery.pk, staff_id=curators.first)
    assert "Version 1 was taken back." in browser.get("/dataset/").content.decode()


@pytest.mark.requirement("D10")
def test_a_version_that_was_superseded_names_the_newer_one_and_whom_to_ask(
    program: Program, curators: Curators, settings: Settings
) -> None:
    newer = curators.published()
    page = opened(program).get("/dataset/").content.decode()
    assert newer.published_at is not None
    until = newer.published_at + timedelta(days=settings.REFRESH_DAYS)
    assert "Version 2, for our own research" in page
    assert date_format(until, "DATE_FORMAT") in page
    assert f"mailto:{settings.CAMPAIGN['contact']}" in page
    assert "Fetch it" not in page
    assert program.get().json()["state"] == "superseded"


def test_a_link_that_ends_while_its_holder_reports_is_said_to_have_ended(
    program: Program, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, said = opened(program), document(program.delivery.release)
    end = partial(actions.end_delivery, delivery_id=program.delivery.pk, staff_id=curators.first)
    monkeypatch.setattr("releases.views.reports._count_report", lambda _delivery: end())
    for path, form in (("deleted", {"signed_off_by": "Robin", "sure": "on"}), ("reports", {"document": said})):
        answer = browser.post(f"/dataset/{path}/", form)
        assert answer.status_code == 403
        assert "This link was ended" in answer.content.decode()
        Delivery.objects.update(ended_at=None, ended_by=None)


def test_a_curator_passes_on_what_came_by_mail_even_after_the_end(
    program: Program, curators: Curators, staff: Casting
) -> None:
    actions.end_recipient(recipient_id=program.delivery.recipient_id, staff_id=curators.first)
    member = staff("curator")
    page = f"/staff/deliveries/{program.delivery.pk}/report/"
    assert member.client.post(page, {"document": "{}"}).status_code == 422
    member.client.post(page, {"document": document(program.delivery.release)})
    assert PruneReport.objects.get().notice_number == 1
    assert Event.objects.get(action="delivery:report_passed_on").actor == member.actor


def test_reports_by_one_link_are_counted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("releases.views.reports.REPORTS", 2)
    assert [program.sends("{}").status for _ in range(3)] == [422, 422, 429]
    answer = opened(program).post("/dataset/deleted/", {"signed_off_by": "Robin", "sure": "on"})
    assert answer.status_code == 422
    assert "Too many reports were sent." in answer.content.decode()
    assert not PruneReport.objects.exists()
