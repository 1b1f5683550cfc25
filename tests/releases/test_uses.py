"""What releases were used for: entered by curators, read by the people in the photos, each on their own page."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext

from audit.models import Event
from releases import actions, queries
from releases.actions import UseNotPossible
from releases.models import Audience, Item, Recipient, Release, Use
from releases.transitions import ReleaseState
from tests.axe import violations
from tests.browsers import go_on_as
from tests.builders import read
from tests.cast import Casting
from tests.contributions.giver import Giver
from tests.identity.mails import last_link
from tests.releases.curators import Curators, taken_back

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
OWN_PAGE = "/your-photos/"
PROJECT = "A program that tells how old somebody is"


def gave(curators: Curators, photos: int, address: str = "somebody@example.org") -> Giver:
    """Somebody whose photos were read, with their own page open."""
    giver = Giver(address).agrees(photos)
    for _photo in giver.photos:
        read(curators.annotator)
    return giver


def page_of(giver: Giver) -> str:
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    giver.client.post("/your-photos/open/", {"what": "see"})
    return words(giver.client, OWN_PAGE)


def words(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.content.decode()))


def recipient(curators: Curators, audience: Audience = Audience.OWN, *, approved: bool = True) -> Recipient:
    now = timezone.now()
    return Recipient.objects.create(
        institution="University of Somewhere",
        contact="A. Person",
        address="a@example.org",
        audience=audience,
        agreement="2026/1",
        agreement_until=now.date() + timedelta(days=300),
        entered_by_id=curators.first,
        approved_by_id=curators.second if approved else None,
        approved_at=now if approved else None,
    )


def used(curators: Curators, release: Release) -> Use:
    return actions.tell_use(
        release_id=release.pk,
        recipient_id=recipient(curators).pk,
        project=PROJECT,
        report="https://example.org/r",
        staff_id=curators.first,
    )


def test_a_person_reads_where_their_photos_went_and_what_for(curators: Curators, staff: Casting) -> None:
    giver = gave(curators, 2)
    assert "Where your photos went" not in page_of(giver)
    release = curators.published()
    assert "Nobody has told us yet what it was used for" in page_of(giver)
    curator = staff("curator").client
    data = {"release": release.pk, "recipient": recipient(curators).pk, "project": PROJECT, "report": "http:/x"}
    assert curator.post("/staff/uses/tell/", data).status_code == 422
    told = curator.post("/staff/uses/tell/", data | {"report": "https://example.org/r"}, follow=True)
    assert PROJECT in told.content.decode()
    page = page_of(giver)
    assert "Version 1, for our own research" in page
    assert "photo 1, sent on" in page
    assert "photo 2, sent on" in page
    assert f"{PROJECT} (University of Somewhere)" in page
    copied = words(giver.client, "/your-photos/copy/read/")
    assert "Your photos in it photo 1, sent on" in copied
    assert PROJECT in copied
    # What was given out stays in the list; the photo's own card says what follows from a withdrawal, and by when.
    assert "It is in a version for researchers" not in page
    giver.client.post(f"/your-photos/withdraw/?photo={giver.ids[0]}")
    page = words(giver.client, OWN_PAGE)
    assert "2 photos of yours were in it when it was given out" in page
    assert page.count(": use has stopped") == 1
    told_by = timezone.now() + timedelta(days=settings.WITHDRAWAL_WAIT_DAYS, hours=2)
    gone_by = told_by + timedelta(days=settings.REFRESH_DAYS)
    assert f"is told by {told_by:%-d %B %Y} at the latest, and has to delete the photo by {gone_by:%-d %B %Y}" in page
    # Somebody who gives later has no photo in it.
    assert PROJECT not in page_of(gave(curators, 1, "another@example.org"))
    use = Use.objects.get()
    curator.post(f"/staff/uses/{use.pk}/end/")
    assert PROJECT not in page_of(giver)
    assert list(Event.objects.filter(subject=str(use.pk)).values_list("action", flat=True)) == ["use:told", "use:ended"]
    assert list(queries.missing_by_log()) == []


@pytest.mark.requirement("K10")
def test_the_page_says_the_same_of_a_photo_that_we_stopped(curators: Curators) -> None:
    giver = gave(curators, 2)
    release = curators.published()
    before = queries.person_panel(giver.participant)
    assert before is not None
    Item.objects.filter(public_id__photo=giver.photos[0]).update(dropped_at=timezone.now())
    assert queries.person_panel(giver.participant) == before
    # One that left before the release was given out never was in it.
    Item.objects.filter(public_id__photo=giver.photos[0]).update(dropped_at=release.frozen_at)
    after = queries.person_panel(giver.participant)
    assert after is not None
    assert after.entries[0].photos == {giver.photos[1].pk}


def test_a_version_that_ended_says_so_on_the_page_of_the_people_in_it(curators: Curators) -> None:
    giver = gave(curators, 1)
    older = curators.published()
    newer = curators.published()
    actions.ask_retraction(release_id=newer.pk, reason="Wrong.", staff_id=curators.first)
    taken_back(newer, by=curators.second)
    used(curators, older)
    page = page_of(giver)
    assert page.index("We took this version back") < page.index("We do not hand this version out any more")
    assert "A newer version" not in page
    assert PROJECT in page


def test_only_what_was_given_out_to_an_approved_recipient_of_it_was_used(curators: Curators) -> None:
    gave(curators, 1)
    draft = curators.drafted()

    def refused(release: UUID, to: Recipient) -> str:
        with pytest.raises(UseNotPossible) as refusal:
            actions.tell_use(release_id=release, recipient_id=to.pk, project="x", staff_id=curators.first)
        return refusal.value.code

    assert refused(draft.pk, recipient(curators)) == "not_given_out"
    Release.objects.update(state=ReleaseState.ABORTED)
    release = curators.published()
    assert refused(release.pk, recipient(curators, approved=False)) == "not_approved"
    assert refused(release.pk, recipient(curators, Audience.PARTNERS)) == "other_audience"


class TestVersionPage:
    """What everybody may read of a version."""

    def test_it_is_there_once_the_version_was_given_out_and_says_what_became_of_it(
        self, curators: Curators, client: Client
    ) -> None:
        gave(curators, 1)
        older = curators.built()
        for path in ("/versions/own/1/", "/versions/partners/1/", "/versions/nobody/1/", "/versions/%00/1/"):
            assert client.get(path).status_code == 404
        actions.publish(release_id=older.pk, staff_id=curators.first)
        assert "Given out until" not in words(client, "/versions/own/1/")
        newer = curators.published()
        self.a_superseded_one_names_the_newer_and_a_day(older, client)
        actions.ask_retraction(release_id=newer.pk, reason="Wrong.", staff_id=curators.first)
        taken_back(newer, by=curators.second)
        self.one_that_was_taken_back_is_recommended_to_nobody(client)
        curators.published()
        page = words(client, "/versions/own/1/")
        assert "Use this one instead Version 3, for our own research" in page
        assert "Version 2" not in page

    def a_superseded_one_names_the_newer_and_a_day(self, older: Release, client: Client) -> None:
        page = words(client, "/versions/own/1/")
        assert "A newer version has taken its place" in page
        assert "Version 2, for our own research" in page
        older.refresh_from_db()
        assert older.ended_at is not None
        assert f"Get the newer version by {older.ended_at + timedelta(days=90):%-d %B %Y}" in page
        assert older.manifest_sha256 in page

    def one_that_was_taken_back_is_recommended_to_nobody(self, client: Client) -> None:
        page = words(client, "/versions/own/1/")
        assert "There is no newer one to use instead at the moment" in page
        assert "even if there is no newer one by then" in page
        assert "Why we took it back: Version 2, for our own research" in page
        for wrong in ("Get the newer version", "has taken its place", "Use this one instead"):
            assert wrong not in page

    def test_who_left_since_is_not_counted_off(self, curators: Curators, client: Client) -> None:
        giver = gave(curators, 2)
        curators.published()
        # So few are not told apart, on any page.
        assert "Photos in it on the first day fewer than 5" in words(client, "/versions/own/1/")
        assert "fewer than 5 photos," in words(client, "/")
        Release.objects.update(photos=7)
        Item.objects.filter(public_id__photo=giver.photos[0]).update(dropped_at=timezone.now())
        assert "Photos in it on the first day 7" in words(client, "/versions/own/1/")


@pytest.mark.requirement("W5")
def test_axe_finds_nothing_on_the_pages_of_uses_and_versions(
    phone: BrowserContext, live: str, curators: Curators, staff: Casting
) -> None:
    giver = gave(curators, 1)
    curator = staff("curator").client
    pages = [(curator, "/staff/uses/")]
    older = curators.published()
    used(curators, older)
    newer = curators.published()
    actions.ask_retraction(release_id=newer.pk, reason="Wrong.", staff_id=curators.first)
    pages += [(curator, f"/staff/releases/{newer.pk}/"), (curator, f"/staff/releases/{older.pk}/retraction/")]
    taken_back(newer, by=curators.second)
    page_of(giver)
    pages += [(curator, "/staff/uses/"), (curator, "/staff/uses/tell/"), (giver.client, OWN_PAGE)]
    pages += [(giver.client, f"/versions/own/{number}/") for number in (1, 2)]
    found = {}
    for client, path in pages:
        phone.clear_cookies()
        go_on_as(phone, client, live)
        page = phone.new_page()
        page.goto(live + path)
        found[path] = (page.locator("h1").count(), violations(page), page.evaluate("document.body.scrollWidth"))
        page.close()
    assert found == dict.fromkeys(found, (1, [], 390))
