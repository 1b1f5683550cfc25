"""The curators' pages: every step has its button for whom it is, needs a fresh second factor, and says why not."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from releases import actions, tasks
from releases.models import Release
from releases.transitions import ReleaseState
from tests import pictures
from tests.axe import violations
from tests.browsers import faultless, go_on_as
from tests.builders import Given, given, read
from tests.cast import Casting, Member
from tests.releases.curators import Curators, taken_back

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
DRAFT = {"audience": "own", "readings": "settled"}
LONG_AGO = [{"method": "mfa", "at": 1.0, "type": "totp"}]


class Pair:
    """Two curators in their browsers, and photos that were read."""

    def __init__(self, staff: Casting) -> None:
        self.curators = Curators(staff)
        self.one, self.other = staff("curator"), staff("curator")

    def given(self) -> Given:
        made = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
        for _photo in made.photos:
            read(self.curators.annotator)
        return made

    def drafted(self) -> str:
        """The address of a release that the one drafted, with every crop made."""
        tasks.cut_now()
        return self.one.client.post("/staff/releases/draft/", DRAFT, follow=True).redirect_chain[-1][0]

    def published(self) -> str:
        url = self.drafted()
        self.other.client.post(f"{url}freeze/")
        tasks.sweep()
        self.one.client.post(f"{url}publish/")
        return url


@pytest.fixture
def pair(staff: Casting) -> Pair:
    return Pair(staff)


def text(client: Client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


def steps(client: Client, url: str) -> set[str]:
    """What this curator can do on the page."""
    return set(re.findall(rf'action="{url}(\w+)/"', text(client, url)))


def state() -> str:
    return Release.objects.get().state


@pytest.mark.requirement("D10")
def test_two_curators_bring_a_release_from_a_draft_to_its_end(pair: Pair) -> None:
    pair.given()
    one, other = pair.one.client, pair.other.client
    url = pair.drafted()
    assert (steps(one, url), steps(other, url)) == ({"abort"}, {"abort", "freeze"})
    other.post(f"{url}freeze/")
    assert "The workers plan" in text(one, f"{url}progress/")
    workers_try_again(one, url)
    tasks.sweep()
    assert (steps(one, url), steps(other, url)) == ({"abort", "publish"}, {"abort"})
    one.post(f"{url}publish/")
    assert state() == ReleaseState.PUBLISHED
    assert steps(one, url) == set()
    assert one.get(f"{url}retraction/").status_code == 200
    assert one.post(f"{url}retraction/", {"reason": ""}).status_code == 422
    one.post(f"{url}retraction/", {"reason": "Wrong ages."})
    assert (steps(one, url), steps(other, url)) == ({"keep"}, {"keep", "retract"})
    other.post(f"{url}retract/", {"seen": "of another reason", "confirm": "1"})
    assert state() == ReleaseState.PUBLISHED
    assert "The reason has changed" in text(other, url)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', other.get(url).content.decode())
    asked = other.post(f"{url}retract/", {"seen": seen}).content.decode()
    assert (state(), seen in asked) == (ReleaseState.PUBLISHED, True)
    other.post(f"{url}retract/", {"seen": seen, "confirm": "1"})
    assert state() == ReleaseState.RETRACTED
    assert "Wrong ages." in text(one, url)


def workers_try_again(client: Client, url: str) -> None:
    Release.objects.update(parked_at=timezone.now())
    assert "Building failed three times" in text(client, url)
    assert "again" in steps(client, url)
    client.post(f"{url}again/")
    assert Release.objects.get().parked_at is None


@pytest.mark.requirement("D10")
def test_no_step_is_taken_without_a_fresh_second_factor(pair: Pair) -> None:
    pair.given()
    url = pair.drafted()

    def refused(member: Member, step: str) -> bool:
        member.sign_in()
        member.change_session(account_authentication_methods=LONG_AGO)
        answer = member.client.post(f"{url}{step}/", {"reason": "Wrong."})
        member.sign_in()
        return answer.status_code == 422 or "/staff/confirm/" in answer["Location"]

    assert refused(pair.other, "freeze")
    assert state() == ReleaseState.DRAFT
    pair.other.client.post(f"{url}freeze/")
    tasks.sweep()
    assert refused(pair.one, "publish")
    assert state() == ReleaseState.BUILT
    pair.one.client.post(f"{url}publish/")
    assert refused(pair.one, "retraction")
    assert Release.objects.get().retraction_asked_at is None
    what_was_written_meanwhile_is_not_lost(pair.one, url)
    pair.one.client.post(f"{url}retraction/", {"reason": "Wrong."})
    assert refused(pair.other, "retract")
    assert refused(pair.other, "keep")
    assert Release.objects.get().retraction == "Wrong."
    assert state() == ReleaseState.PUBLISHED


def what_was_written_meanwhile_is_not_lost(member: Member, url: str) -> None:
    member.change_session(account_authentication_methods=LONG_AGO)
    page = member.client.post(f"{url}retraction/", {"reason": "A long reason."})
    member.sign_in()
    assert page.status_code == 422
    assert "A long reason." in page.content.decode()


def test_a_refusal_is_a_sentence(pair: Pair) -> None:
    url = pair.drafted()
    page = pair.other.client.post(f"{url}freeze/", follow=True).content.decode()
    assert "No photo is eligible" in page
    again = pair.other.client.post("/staff/releases/draft/", DRAFT)
    assert again.status_code == 422
    assert "Another release for this audience" in again.content.decode()
    moved = pair.other.client.post(f"{url}publish/", follow=True).content.decode()
    assert "moved on meanwhile" in moved


def test_the_page_of_a_draft_says_what_keeps_photos_out_and_how_many_would_be_in(pair: Pair) -> None:
    pair.given()
    given(pictures.png(200, 100))
    page = text(pair.other.client, pair.drafted())
    assert "consent is not in force" in page
    assert "2 photos would be in as of now" in page


def test_the_contents_name_papers_to_read_and_just_the_files_that_are_closed_to_recipients(
    pair: Pair, settings: Settings
) -> None:
    made = pair.given()
    url = pair.published()
    client = pair.one.client
    page = text(client, f"{url}contents/")
    assert "Datasheet" in page
    assert "closed" not in page
    a_paper_is_read_in_a_sandbox_and_a_table_is_not_read_here(client, url)
    before, settings.SCREENING_POLICY = settings.SCREENING_POLICY, "another-policy"
    assert "may not be handed out at this moment" in text(client, f"{url}contents/")
    made.withdraw(made.photos[0])
    after = text(client, f"{url}contents/")
    assert "may not be handed out at this moment" in after
    # As it was given out, whoever left since.
    assert Release.objects.get().items.count() == 2
    assert "Read me first" in after
    settings.SCREENING_POLICY = before
    actions.ask_retraction(release_id=Release.objects.get().pk, reason="x", staff_id=pair.one.user.pk)
    taken_back(Release.objects.get(), by=pair.other.user.pk)
    assert client.get(f"{url}papers/datasheet.html").status_code == 200


def a_paper_is_read_in_a_sandbox_and_a_table_is_not_read_here(client: Client, url: str) -> None:
    page = client.get(f"{url}papers/datasheet.html")
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert page["Content-Security-Policy"].endswith("; sandbox")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert client.get(f"{url}papers/manifest.json")["Content-Type"].startswith("text/plain")
    for path in ("data/annotations.json", "data/shards/000000.tar", "nothing.md", "%00"):
        assert client.get(f"{url}papers/{path}").status_code == 404


def sound(page: Page) -> None:
    expect(page.locator("h1")).to_have_count(1)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.requirement("W7")
@pytest.mark.requirement("W5")
def test_the_page_of_a_build_looks_again_by_itself_until_it_is_over(
    phone: BrowserContext, live: str, pair: Pair
) -> None:
    pair.given()
    url = pair.drafted()
    go_on_as(phone, pair.one.client, live)
    with faultless(phone) as page:
        page.goto(live + url)
        sound(page)
        pair.other.client.post(f"{url}freeze/")
        page.reload()
        expect(page.get_by_text("The workers plan")).to_be_visible()
        actions.plan(release_id=Release.objects.get().pk)
        expect(page.get_by_text("0 of 1 files with photos are written")).to_be_visible()
        sound(page)
        tasks.sweep()
        expect(page.get_by_role("button", name="Publish")).to_be_visible()
        sound(page)
        page.get_by_role("link", name="What is in it", exact=True).click()
        expect(page.get_by_role("heading", name="Papers to read")).to_be_visible()
        sound(page)
        page.get_by_role("link", name="Datasheet").click()
        expect(page.locator("h1")).to_be_visible()
