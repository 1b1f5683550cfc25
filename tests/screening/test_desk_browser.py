"""The officer's desk in a real browser: no pixel before Reveal, by keyboard alone, and axe-core on each page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from screening import actions
from screening.models import View
from screening.transitions import VerdictState
from tests.browsers import faultless, go_on_as
from tests.cast import Casting, Member
from tests.looks import IN_TURN_OR_ALL, Looks
from tests.screening.stopped import held_photo, locked_photo

FILTER = """() => {
  const picture = document.querySelector(".look-picture img");
  return picture && getComputedStyle(picture).filter;
}"""


@pytest.fixture
def officer(staff: Casting) -> Member:
    return staff("officer")


@pytest.fixture
def desk(desktop: BrowserContext, live: str, officer: Member) -> Iterator[Page]:
    """A desk with one held photo, signed in."""
    held_photo()
    go_on_as(desktop, officer.client, live)
    with faultless(desktop) as page:
        page.goto(f"{live}/staff/screening/")
        yield page


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with these words has the focus."""
    for _press in range(40):
        page.keyboard.press("Tab")
        if name in page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText"):
            return
    pytest.fail(f"no key leads to {name}")


@pytest.mark.requirement("S9", "W5")
def test_by_keyboard_alone_no_pixel_before_reveal_then_one_look_then_a_ruling(desk: Page) -> None:
    fetched: list[str] = []
    desk.on("request", lambda request: fetched.append(request.url) if request.resource_type == "image" else None)
    tab_to(desk, "Photo")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Held photo")
    tab_to(desk, "Reveal the picture")
    desk.keyboard.press("Enter")
    assert [url for url in fetched if "/look/" in url] == []
    desk.clock.install()
    tab_to(desk, "Show it for 20 seconds")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-left]")).to_contain_text("Closes in")
    assert "blur" in desk.evaluate(FILTER)
    desk.keyboard.down("Space")
    assert desk.evaluate(FILTER) == "none"
    desk.keyboard.up("Space")
    assert "grayscale" in desk.evaluate(FILTER)
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    assert desk.evaluate(FILTER) == "none"
    desk.clock.fast_forward(21_000)
    expect(desk.get_by_text("The picture is closed.")).to_be_focused()
    assert desk.evaluate(FILTER) is None
    assert len([url for url in fetched if "/look/" in url]) == View.objects.count() == 1
    tab_to(desk, "Clear: it may be used")
    desk.keyboard.press("Space")
    tab_to(desk, "An ordinary photo")
    desk.keyboard.press("Space")
    tab_to(desk, "Rule, and go to the next")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("is ruled: clear")).to_be_visible()
    expect(desk.get_by_text("Nothing is held")).to_be_visible()


@pytest.mark.requirement("W5", "S9")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_and_nothing_moves_sideways(
    desk: Page, live: str, officer: Member, staff: Casting, *, every: bool
) -> None:
    held, locked, two = held_photo(), locked_photo(), staff("officer")
    actions.propose(photo_id=locked.pk, reference="ORDER 17", staff_id=officer.user.pk)
    proposal = actions.propose_ruling(
        photo_id=locked.pk, state=VerdictState.CLEAR, reason="not_the_same", staff_id=two.user.pk
    )
    looks = Looks(desk, every, start="officer")
    pages = ("", "locked/", f"locked/{locked.pk}/", f"locked/{locked.pk}/propose/", f"locked/{locked.pk}/note/")
    more = ("proposals/", f"proposals/{proposal.pk}/", "figures/", "lists/", f"{held.pk}/")
    for path in (*pages, *more):
        looks.visit(live, f"/staff/screening/{path}")
    desk.get_by_text("Reveal the picture").click()
    desk.get_by_role("button", name="Show it for").click()
    expect(desk.locator("[data-left]")).to_contain_text("Closes in")
    looks.see("a look")
    assert looks.wrong == {}
