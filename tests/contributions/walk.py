"""The way of somebody who gives two photos, page by page and state by state, for whoever looks on."""

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from contributions import actions
from contributions.models import Photo
from tests.browsers import box_of
from tests.consent.notices import published
from tests.contributions.giver import EVERYTHING, Giver
from tests.identity.mails import last_link
from tests.screens.drawn import garden

Look = Callable[[str], None]
ADDRESS = "somebody@example.org"


def work() -> None:
    """What the workers do with the photos that are here."""
    for photo in Photo.objects.filter(state="received"):
        actions.run(photo_id=photo.pk)


def gives(page: Page, site: str, look: Look) -> None:
    """From the first page to the mail: one photo of oneself, and a print with somebody else."""
    published()
    page.goto(site)
    look("landing")
    page.locator("main").get_by_role("link", name="Give photos").first.click()
    look("before-you-start")
    page.get_by_role("button", name="I am 18 or over: choose photos").click()
    expect(page.locator("form.with-script")).to_be_visible()
    look("choose")
    page.locator("#photos").set_input_files([drawn(garden(1)), drawn(garden(2, border=60))])
    expect(page.locator("[data-stage][data-ready]")).to_be_visible()
    expect(page.locator("li[data-state=received]")).to_have_count(2)
    work()
    expect(page.locator("li[data-state=ready]")).to_have_count(2)
    look("mark")
    _tap(page, 0.25, 0.62)
    look("age-and-who")
    page.get_by_label("How old in this picture?").fill("grown")
    page.get_by_role("button", name="Me, and others").click()
    expect(page.locator("[data-error=age]")).to_be_visible()
    look("age-not-read")
    page.get_by_label("How old in this picture?").fill("3 1/2")
    page.get_by_role("button", name="Me, nobody else here").click()
    expect(page.locator("p[data-place]")).to_contain_text("Photo 2")
    _tap(page, 0.273, 0.606)
    page.get_by_label("How old in this picture?").fill("6")
    page.get_by_role("button", name="Someone else").click()
    look("somebody-else")
    page.get_by_role("button", name="An adult now, and agreed").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    look("marked")
    page.get_by_role("link", name="Back to your photos").click()
    look("photos")
    page.get_by_role("link", name="Check and send").or_(page.locator("[data-go]")).first.click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    look("review")
    page.get_by_role("button", name="Send and get my link").click()
    expect(page).to_have_title(re.compile("^Error: Check and send"))
    look("review-with-an-error")
    page.get_by_label("Your e-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    look("check-your-mail")


def answers(page: Page, site: str, look: Look) -> None:
    """From the mail to the person's own page and out again."""
    page.goto(site + last_link())
    look("notice-and-choice")
    for words in ("Research", "Sharing"):
        page.locator(".choice label").get_by_text(words, exact=True).click()
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    look("thank-you")
    page.goto(f"{site}/change-or-withdraw/")
    page.get_by_label("Your e-mail address").fill(ADDRESS)
    with page.expect_navigation():
        page.get_by_role("button", name="Send me a link").click()
    page.goto(site + last_link())
    page.locator(".choice label").get_by_text("See what I gave, and change it", exact=True).click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look("manage")
    page.get_by_role("link", name="Withdraw photo 1").click()
    look("withdraw")


def is_invited(page: Page, site: str, look: Look) -> None:
    """Somebody shown, who is asked by mail."""
    giver = Giver(address="giver@example.org").drafts()
    giver.invites("shown@example.org")
    giver.sends().answers(*EVERYTHING)
    page.goto(site + last_link())
    look("invited")


def drawn(data: bytes) -> FilePayload:
    """A drawn picture as a file to choose."""
    return {"name": "photo.png", "mimeType": "image/png", "buffer": data}


def _tap(page: Page, x: float, y: float) -> None:
    box = box_of(page.locator("[data-plane]"))
    page.locator("[data-plane]").click(position={"x": box["width"] * x, "y": box["height"] * y})
    expect(page.locator("dialog[open]")).to_be_visible()
