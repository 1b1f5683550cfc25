"""The pages of giving as they are met: looked at in turn, by keyboard alone, and by ear."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contributions.models import Contribution, Person
from tests.consent.notices import published
from tests.contributions.walk import ADDRESS, drawn, gives, is_invited, work
from tests.looks import IN_TURN_OR_ALL, Looks
from tests.screens.drawn import garden

LISTEN = """() => {
    window.heard = [];
    const note = (place) => {
        const said = place.textContent.trim();
        if (said && !place.closest("[hidden]")) { window.heard.push(said); }
    };
    const places = document.querySelectorAll("[role=status], [role=alert], [aria-live]");
    for (const place of places) {
        new MutationObserver(() => note(place)).observe(place, {childList: true, characterData: true, subtree: true});
    }
}"""


@pytest.mark.requirement("W5")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_on_the_way_of_giving_and_nothing_moves_sideways(
    desktop: BrowserContext, live: str, *, every: bool
) -> None:
    page = desktop.new_page()
    looks = Looks(page, every, start="give")
    gives(page, live, looks.see)
    is_invited(page, live, looks.see)
    assert looks.wrong == {}


def pressed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


HERE = """() => {
    const at = document.activeElement;
    const name = at === document.body ? "" : at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent
        ?? at.textContent;
    return [name, getComputedStyle(at).outlineStyle + getComputedStyle(at).boxShadow];
}"""


def to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so, and see that it shows."""
    for _ in range(60):
        words, drawn = page.evaluate(HERE)
        if name in " ".join(words.split()):
            assert drawn != "nonenone", f"nobody sees that the focus is on {name}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


@pytest.mark.requirement("C3", "W5")
def test_a_whole_contribution_by_keyboard_alone(desktop: BrowserContext, live: str) -> None:
    published()
    page = desktop.new_page()
    # Heard from the start: asked for at the press, the chooser may open before anybody listens.
    page.on("filechooser", lambda chooser: chooser.set_files([drawn(garden(1))]))
    page.goto(live)
    to(page, "Give photos")
    pressed(page, "Enter")
    page.wait_for_url("**/give/")
    to(page, "I am 18 or over")
    pressed(page, "Enter")
    expect(page.locator("form.with-script")).to_be_visible()
    to(page, "Choose photos")
    pressed(page, "Enter")
    expect(page.locator("[data-stage][data-ready]")).to_be_visible()
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    work()
    to(page, "Add a person")
    pressed(page, "Enter")
    mark = page.locator(".mark")
    expect(mark).to_be_focused()
    pressed(page, "ArrowLeft", "Shift+ArrowUp", "Delete")
    expect(mark).to_have_count(0)
    assert page.evaluate(HERE)[0]
    to(page, "Add a person")
    pressed(page, "Enter")
    expect(mark).to_be_focused()
    pressed(page, "ArrowRight", "Enter")
    expect(page.get_by_label("How old in this picture?")).to_be_focused()
    page.keyboard.type("7")
    to(page, "Me, nobody else here")
    pressed(page, "Enter")
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    to(page, "Your e-mail address")
    page.keyboard.type(ADDRESS)
    to(page, "Send and get my link")
    pressed(page, "Enter")
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    assert Contribution.objects.get().state == "sent"
    assert Person.objects.get().age_text == "7"


@pytest.mark.requirement("C3", "W5")
def test_a_whole_contribution_by_ear(desktop: BrowserContext, live: str) -> None:
    published()
    page = desktop.new_page()
    page.goto(f"{live}/give/")
    page.get_by_role("button", name="I am 18 or over: choose photos").click()
    expect(page.locator("form.with-script")).to_be_visible()
    page.evaluate(LISTEN)
    page.get_by_label("Choose photos").set_input_files([drawn(garden(1))])
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    work()
    expect(page.locator("li[data-state=ready]")).to_have_count(1)
    page.get_by_role("button", name="Add a person").click()
    page.get_by_role("button", name="Person 1, age missing, not said who").click()
    with_sheet = page.get_by_role("dialog", name="Person 1")
    with_sheet.get_by_role("textbox", name="How old in this picture?").fill("about 7")
    expect(with_sheet.get_by_role("status")).to_have_text("We read: about 7 years (6 to 8)")
    with_sheet.get_by_role("button", name="Me, and others").click()
    expect(page.get_by_role("button", name="Person 1, ")).to_have_accessible_name(
        "Person 1, about 7 years (6 to 8), you"
    )
    heard = page.evaluate("window.heard")
    for sentence in (
        "Photo 1 was received.",
        "Person 1, age missing, not said who. Marked.",
        "Person 1, about 7 years (6 to 8), you. Tap the next person, or choose Next.",
    ):
        assert heard.count(sentence) == 1
    expect(page.locator("main")).to_match_aria_snapshot("""
        - heading "Tap each person" [level=1]
        - region "Who is in it":
            - img "Photo 1"
            - button "Person 1, about 7 years (6 to 8), you"
            - list "People in this picture":
                - listitem:
                    - link "Person 1 about 7 years (6 to 8), you"
                    - button "Remove Person 1"
    """)
    page.get_by_role("link", name="Next").click()
    page.get_by_role("textbox", name="Your e-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("heading", level=1, name="Not finished yet")).to_be_visible()
