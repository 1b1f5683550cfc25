"""Finding in a real browser: no pixel before a press, one look that closes by itself, and axe-core on each page."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation import actions
from annotation.searching.criteria import Criteria
from screening.models import View
from tests import pictures
from tests.browsers import faultless, go_on_as
from tests.builders import given
from tests.cast import Casting, Member
from tests.looks import IN_TURN_OR_ALL, Looks

FIND, EXCLUDE = "/staff/annotation/find/", "/staff/annotation/exclude/"


@pytest.fixture
def lead(staff: Casting) -> Member:
    """A lead of a collection of two photos."""
    given(pictures.png(320, 240), pictures.png(321, 240)).agree()
    return staff("lead")


def pictures_in(page: Page) -> int:
    return page.locator("main img").count()


@pytest.mark.requirement("W5", "L11", "S9")
def test_one_press_opens_one_picture_small_and_it_closes_by_itself(
    phone: BrowserContext, live: str, lead: Member
) -> None:
    go_on_as(phone, lead.client, live)
    with faultless(phone) as page:
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.method) if "/look/" in request.url else None)
        page.goto(f"{live}{FIND}")
        page.get_by_label("Age from").fill("7")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("2 photos found")
        assert (pictures_in(page), fetched) == (0, [])
        page.clock.install()
        show = page.get_by_role("button", name="Show the picture").first
        show.click()
        expect(page.get_by_text("The look is in the log.")).to_be_visible()
        assert (pictures_in(page), fetched) == (0, [])
        page.get_by_role("button", name="Show it for 20 seconds").click()
        expect(page.locator("[data-left]")).to_contain_text("Closes in")
        assert page.locator("dialog img").evaluate("image => image.getBoundingClientRect().width") <= 320
        page.clock.fast_forward(21_000)
        expect(page.get_by_text("The picture is closed.")).to_be_focused()
        assert (pictures_in(page), fetched, View.objects.count()) == (0, ["POST"], 1)
        page.keyboard.press("Escape")
        expect(show).to_be_focused()
        # Signed out meanwhile: the answer is a page, and no picture.
        page.context.clear_cookies()
        show.click()
        page.get_by_role("button", name="Show it for 20 seconds").click()
        expect(page.get_by_text("The picture could not be shown.")).to_be_focused()
        assert (pictures_in(page), View.objects.count()) == (0, 1)


@pytest.mark.requirement("W5")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_and_nothing_moves_sideways(
    desktop: BrowserContext, live: str, lead: Member, *, every: bool
) -> None:
    some, none = (
        actions.ask(criteria=criteria, staff_id=lead.user.pk) for criteria in (Criteria(), Criteria(age_from=90))
    )
    go_on_as(desktop, lead.client, live)
    with faultless(desktop) as page:
        looks = Looks(page, every, start="find")
        for path in ("", f"{some.pk}/", f"{none.pk}/"):
            looks.visit(live, f"{FIND}{path}")
        page.goto(f"{live}{FIND}{some.pk}/")
        # The rows as somebody copies them name their photos on the lead's page.
        pasted = lead.client.post(EXCLUDE, {"photos": page.locator(".find-rows").inner_text()}).context
        assert (len(pasted["found"].tasks), pasted["unreadable"]) == (2, [])
        page.locator("[data-tick-all]").click()
        assert page.locator("input[name=photo]:checked").count() == 2
        page.locator("[data-look]").first.click()
        looks.see("asked for a look")
        page.locator("dialog [type=submit]").click()
        expect(page.locator("dialog img")).to_be_visible()
        looks.see("a look")
        assert looks.wrong == {}
