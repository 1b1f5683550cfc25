"""Public pages as somebody meets them: on a phone, enlarged, in the dark, by keyboard, with axe-core looking on."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.axe import violations
from tests.consent.notices import published

PATHS = ("/", "/give/", "/change-or-withdraw/", "/notice/", "/withdraw/", "/log/", "/no-such-page/")
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


@pytest.mark.requirement("W5")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_moves_sideways(
    browser: Browser, site: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    found = {}
    for path in PATHS:
        page = opened(context, site + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        found[path] = (width, page.locator("h1").count(), violations(page))
        page.close()
    context.close()
    assert found == dict.fromkeys(PATHS, (320, 1, []))


@pytest.mark.requirement("W5", "K8")
@pytest.mark.parametrize("language", ["nl", "sv"])
def test_longer_words_of_other_languages_fit_a_narrow_phone(browser: Browser, site: str, language: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale=language)
    page, found = opened(context, site), {}
    for path in PATHS:
        page.goto(site + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        found[path] = (width, page.locator("html").get_attribute("lang"))
    context.close()
    assert found == dict.fromkeys(PATHS, (320, language))


@pytest.mark.requirement("W5")
def test_text_of_twice_the_size_still_fits_a_phone(phone: BrowserContext, site: str) -> None:
    widths = {}
    for path in PATHS:
        page = opened(phone, site + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
        page.close()
    assert widths == dict.fromkeys(PATHS, 390)


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
