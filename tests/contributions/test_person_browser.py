"""The person's own pages on a phone, at a desk, in the dark, with large text and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from consent.models import ConsentRecord
from contributions import queries
from tests.contributions.giver import Giver
from tests.identity.mails import last_link
from tests.looks import IN_TURN_OR_ALL, Looks

Look = Callable[[str], None]


def tick(page: Page, words: str) -> None:
    """Press the row that says this, as a finger does."""
    page.locator(".choice label").get_by_text(words, exact=True).click()


def walk(page: Page, site: str, look: Look) -> None:
    """Every one of the person's pages, from the first link to the code, with a look at each."""
    Giver().drafts(2).sends()
    page.goto(site + last_link())
    look("choice")
    page.get_by_role("button", name="I agree").click()
    look("choice with an error")
    tick(page, "Research")
    tick(page, "Sharing")
    page.get_by_role("button", name="I agree").click()
    look("thanks")
    page.goto(f"{site}/change-or-withdraw/")
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(site + last_link())
    look("open")
    tick(page, "See what I gave, and change it")
    page.get_by_role("button", name="Go on").click()
    look("manage")
    for link in ("Change for all photos", "Withdraw several photos", "Withdraw everything"):
        page.get_by_role("link", name=link, exact=True).click()
        look(link)
        page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Withdraw photo 1").click()
    look("withdraw one")
    page.get_by_role("button", name="Withdraw").click()
    look("manage with a withdrawal")
    page.get_by_role("link", name="Do not wait").click()
    look("do not wait")
    page.goto(f"{site}/withdraw/")
    look("code")


@pytest.mark.requirement("W5")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_on_the_persons_pages_and_nothing_moves_sideways(
    desktop: BrowserContext, live: str, *, every: bool
) -> None:
    page, pictures = desktop.new_page(), []
    looks = Looks(page, every, start="person")

    def look(name: str) -> None:
        looks.see(name)
        pictures.extend(page.locator("main img").all())

    walk(page, live, look)
    assert (looks.wrong, pictures) == ({}, [])


@pytest.mark.requirement("W6")
def test_agreeing_and_withdrawing_work_without_script(browser: Browser, live: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    walk(context.new_page(), live, lambda _name: None)
    context.close()
    assert queries.in_use().count() == 1


def test_agree_and_do_not_agree_are_drawn_alike(phone: BrowserContext, live: str) -> None:
    Giver().drafts().sends()
    page = phone.new_page()
    page.goto(live + last_link())
    looks = page.evaluate(
        """() => [...document.querySelectorAll("button[name=answer]")].map(button => {
            const box = button.getBoundingClientRect(), style = getComputedStyle(button);
            return [box.width, box.height, style.backgroundColor, style.color, style.fontWeight, style.borderColor];
        })"""
    )
    assert len(looks) == 2
    assert looks[0] == looks[1]


def test_an_error_takes_the_focus_and_stands_in_the_title(phone: BrowserContext, live: str) -> None:
    Giver().drafts().sends()
    page = phone.new_page()
    page.goto(live + last_link())
    page.get_by_role("button", name="I do not agree").click()
    assert page.title().startswith("Error:")
    assert page.evaluate("document.activeElement.className") == "summary"


def test_the_receipt_prints_alone_on_one_page(desktop: BrowserContext, live: str) -> None:
    Giver().drafts(2).sends()
    page = desktop.new_page()
    page.goto(live + last_link())
    tick(page, "Research")
    page.get_by_role("button", name="I agree").click()
    printed = page.pdf(format="A4")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type/Page/") <= 1
    page.emulate_media(media="print")
    assert page.locator("main > :visible").count() == 1


@pytest.mark.requirement("I5")
def test_a_link_open_in_two_browsers_answers_once_and_the_other_is_told_so(
    phone: BrowserContext, desktop: BrowserContext, live: str
) -> None:
    Giver().drafts().sends()
    link = live + last_link()
    pages = [context.new_page() for context in (phone, desktop)]
    for page in pages:
        page.goto(link)
        page.get_by_role("button", name="I agree").click()  # nothing chosen: told so, and nothing happens
        tick(page, "Research")
    pages[0].get_by_role("button", name="I agree").dblclick()
    expect(pages[0].get_by_role("heading", name="Thank you")).to_be_visible()
    assert ConsentRecord.objects.filter(state="given").count() == 1
    pages[1].get_by_role("button", name="I agree").click()
    expect(pages[1].locator("main")).to_contain_text("This link was used or its time is over. Nothing changed.")
    pages[0].go_back()
    expect(pages[0].locator("main")).to_be_visible()
    assert ConsentRecord.objects.filter(state="given").count() == 1
