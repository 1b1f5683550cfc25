"""Check and send in a real browser: what stands is changed where it stands, and the page never opens anew."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contributions.models import Contribution, Person, Photo
from identity.models import Identity, Mail
from tests.browsers import faultless, go_on_as
from tests.contributions.giver import EVERYTHING, Giver
from tests.contributions.giving import Browser
from tests.identity.mails import last_link
from tests.looks import IN_TURN_OR_ALL, Looks
from tests.pictures import png


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    with faultless(phone) as page:
        yield page


def unfinished() -> tuple[Browser, list[Photo]]:
    """Photo 1 lacks an age and who it is; nobody is marked in photo 2; photo 3 is as it should be."""
    giver = Browser().start()
    photos = [giver.chosen(png(64, 48)), giver.chosen(png(70, 50)), giver.marked(png(80, 60), age="3 1/2")]
    giver.mark(photos[0])
    return giver, photos


@pytest.mark.requirement("C1")
def test_what_is_missing_is_named_and_put_right_without_leaving_the_page(
    page: Page, phone: BrowserContext, live: str
) -> None:
    giver, photos = unfinished()
    go_on_as(phone, giver, live)
    page.goto(f"{live}/give/review/")
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Send and get my link").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Check and send"))
    expect(summary.get_by_role("link")).to_have_text(
        [
            "Photo 1: write the age of person 1.",
            "Photo 1: say who person 1 is.",
            "Photo 2: mark each person, or choose Nobody is in this picture.",
        ]
    )
    page.evaluate("window.same = true")
    summary.get_by_role("link", name="Photo 1: write the age of person 1.").click()
    sheet = page.get_by_role("dialog", name="Person 1, Photo 1")
    expect(sheet.get_by_label("How old in this picture?")).to_be_focused()
    page.keyboard.type("3 years")
    expect(sheet.get_by_text("We read: 3 years")).to_be_visible()
    sheet.get_by_role("button", name="Someone else").click()
    sheet.get_by_role("button", name="An adult now, and agreed").click()
    expect(sheet).to_be_hidden()
    first = page.locator(f"#photo-{photos[0].pk}")
    expect(first).to_contain_text("“3 years”, which we read as 3 years; an adult now, and agreed", ignore_case=True)
    expect(first.locator(".error")).to_have_count(0)
    expect(first.get_by_role("link", name="Change (Person 1, Photo 1)")).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(1)
    page.get_by_role("button", name="Nobody is in this picture (Photo 2)").click()
    expect(page.get_by_text("Nobody is in this picture.", exact=False).first).to_be_visible()
    expect(summary).to_have_count(0)
    expect(page).to_have_title(re.compile("^Check and send"))
    page.get_by_label("When was it taken? If you know (Photo 3)").select_option("1980")
    expect(page.locator("[data-spoken]")).to_have_text("Your change is kept.")
    expect(page.get_by_label("When was it taken? If you know (Photo 3)")).to_have_value("1980")
    assert page.evaluate("window.same")
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    assert Contribution.objects.get().state == "sent"
    assert Photo.objects.filter(nobody=True).count() == 1


def test_a_refusal_is_said_in_the_sheet_and_nothing_is_kept_until_it_is_put_right(
    page: Page, phone: BrowserContext, live: str
) -> None:
    giver, _photos = unfinished()
    go_on_as(phone, giver, live)
    page.goto(f"{live}/give/review/")
    page.get_by_role("link", name="Change (Person 1, Photo 3)").click()
    sheet = page.get_by_role("dialog")
    age = sheet.get_by_label("How old in this picture?")
    expect(age).to_have_value("3 1/2")
    age.fill("21")
    sheet.get_by_role("button", name="Me, nobody else here").click()
    expect(sheet.get_by_role("button", name="Yes, an adult")).to_be_focused()
    expect(sheet).to_contain_text("This says 21")
    sheet.get_by_text("Change the age").click()
    expect(age).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("link", name="Change (Person 1, Photo 3)")).to_be_focused()
    expect(page.locator(".give-card-people").last).to_contain_text("3½ years")
    assert set(Person.objects.values_list("age_text", flat=True)) == {"", "3 1/2"}


def test_without_a_connection_nothing_is_lost_and_the_focus_goes_on_after_a_removal(
    page: Page, phone: BrowserContext, live: str
) -> None:
    giver, _photos = unfinished()
    go_on_as(phone, giver, live)
    page.goto(f"{live}/give/review/")
    expect(page.locator("[data-cards][data-ready]")).to_be_visible()
    phone.set_offline(True)
    page.get_by_role("button", name="Remove Photo 2").click()
    expect(page.locator("[data-offline] p")).to_be_visible()
    phone.set_offline(False)
    page.get_by_role("button", name="Remove Photo 2").click()
    expect(page.get_by_role("heading", name="Photo 2")).to_be_hidden()
    expect(page.locator("[data-card]").last).to_be_focused()
    expect(page.locator("[data-offline] p")).to_be_hidden()
    assert Photo.objects.filter(state="ready").count() == 2


def test_a_typo_is_taken_back_by_its_button_and_another_mail_waits_half_a_minute_in_words(
    page: Page, phone: BrowserContext, live: str
) -> None:
    giver = Browser().start()
    giver.marked()
    go_on_as(phone, giver, live)
    page.clock.install()
    page.goto(f"{live}/give/review/")
    address = page.get_by_label("Your e-mail address")
    address.fill("somebody@gmial.com")
    address.press("Tab")
    expect(page.get_by_text("Did you mean somebody@gmail.com?")).to_be_visible()
    expect(address).to_have_value("somebody@gmial.com")
    page.get_by_role("button", name="Use somebody@gmail.com").click()
    expect(address).to_have_value("somebody@gmail.com")
    expect(address).to_be_focused()
    expect(page.get_by_text("Did you mean")).to_be_hidden()
    address.press("Enter")
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    again = page.get_by_role("button", name="Send the mail again")
    expect(again).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text("seconds you can have it sent again")).to_be_visible()
    again.click(force=True)
    page.clock.run_for(31_000)
    expect(page.get_by_text("You can have the mail sent again now.")).to_be_attached()
    first = Mail.objects.get().pk
    again.click()
    expect(page.get_by_text("We sent another mail.")).to_be_visible()
    assert Mail.objects.get().pk != first
    assert Identity.objects.get().mask == "s…@gmail.com"


def test_the_wish_for_one_mail_is_kept_beside_the_code_and_the_address_is_copied(
    page: Page, phone: BrowserContext, live: str
) -> None:
    giver = Giver().drafts().sends()
    page.goto(live + last_link())
    for name in ("research", *EVERYTHING[1:]):
        page.locator(f"label[for=id_{name}]").click()
    page.get_by_role("button", name="I agree", exact=True).click()
    code = page.locator(".receipt-code")
    expect(code).to_be_visible()
    shown = code.inner_text()
    box = page.get_by_role("checkbox", name="Write to me once in a month")
    expect(box).not_to_be_checked()
    page.get_by_role("button", name="Keep my wish").click()
    expect(page.get_by_text("Tick the box to be written to, or leave it.")).to_be_visible()
    page.get_by_text("Write to me once in a month").click()
    page.get_by_role("button", name="Keep my wish").click()
    expect(page.locator("[data-more-said]")).to_be_focused()
    expect(page.locator("[data-more-said]")).to_contain_text("We write to you once, about")
    assert code.inner_text() == shown
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_text("The address is copied.")).to_be_visible()
    assert Identity.objects.get(pk=giver.participant).more_due_at is not None
    page.get_by_role("button", name="Do not write to me").click()
    expect(box).to_be_visible()
    assert Identity.objects.get(pk=giver.participant).more_due_at is None


@pytest.mark.requirement("W5")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_from_the_review_to_the_thanks_and_nothing_moves_sideways(
    phone: BrowserContext, page: Page, live: str, *, every: bool
) -> None:
    looks = Looks(page, every, start="review")
    giver, photos = unfinished()
    go_on_as(phone, giver, live)
    page.goto(f"{live}/give/review/")
    page.get_by_label("Your e-mail address").fill("somebody@gmial.com")
    page.get_by_role("button", name="Send and get my link").click()
    looks.see("review with errors and a typo")
    page.get_by_role("link", name="Change (Person 1, Photo 3)").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    looks.see("review with a sheet")
    sheet.get_by_role("button", name="Someone else").click()
    expect(sheet.get_by_role("button", name="Has died")).to_be_visible()
    looks.see("review with a sheet for somebody else")
    sheet.get_by_role("button", name="Has died").click()
    expect(sheet).to_be_hidden()
    for photo in photos[:2]:
        giver.go("photo_remove", photo.pk, fields={})
    giver.send()
    for path in ("/give/sent/", "/give/sent/address/"):
        page.goto(live + path)
        looks.see(path)
    page.goto(live + last_link())
    page.locator("label[for=id_research]").click()
    page.get_by_role("button", name="I agree", exact=True).click()
    expect(page.locator(".receipt-code")).to_be_visible()
    looks.see("thanks")
    page.goto(f"{live}/consent/thanks/more/")
    looks.see("more")
    assert looks.wrong == {}
