"""Public pages as somebody meets them: on a phone, enlarged, in the dark, by keyboard, with axe-core looking on."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.consent.notices import published
from tests.looks import IN_TURN_OR_ALL, Looks

PATHS = (
    "/",
    "/give/",
    "/questions/",
    "/what-is-missing/",
    "/updates/",
    "/change-or-withdraw/",
    "/notice/",
    "/withdraw/",
    "/log/",
    "/versions/key/",
    "/no-such-page/",
)
ABOVE_THE_FOLD = ("h1", ".hero .lead", ".hero .never li:last-child", ".hero .buttons .button:last-child")


@pytest.fixture
def site(live: str) -> str:
    published()
    return live


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_why_never_give_and_withdraw_stand_above_the_fold_of_a_phone(
    browser: Browser, site: str, language: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=language)
    page = opened(context, site)
    ends = [box["y"] + box["height"] for part in ABOVE_THE_FOLD if (box := page.locator(part).bounding_box())]
    context.close()
    assert len(ends) == len(ABOVE_THE_FOLD)
    assert max(ends) <= 844


@pytest.mark.requirement("W5", "K8")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_and_nothing_moves_sideways(desktop: BrowserContext, site: str, *, every: bool) -> None:
    looks = Looks(desktop.new_page(), every, start="public")
    for path in PATHS:
        looks.visit(site, path)
    assert looks.wrong == {}


@pytest.mark.requirement("W5")
def test_the_first_key_leads_past_the_header(desktop: BrowserContext, site: str) -> None:
    page = opened(desktop, site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.requirement("K8", "W6")
def test_the_language_is_changed_without_a_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context, f"{site}/notice/")
    page.locator(".languages summary").click()
    page.locator(".languages button[lang=sv]").click()
    assert page.locator("html").get_attribute("lang") == "sv"
    assert page.url == f"{site}/notice/"
    context.close()
