"""Choosing and marking in a real browser of a phone's size: by tap, and by keyboard alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from contributions import actions
from contributions.models import Contribution, Person, Photo
from identity.models import Mail
from tests.browsers import box_of, faultless
from tests.consent.notices import published
from tests.pictures import heic, phone_jpeg, png

FILES: list[tuple[str, str, Callable[[], bytes]]] = [
    ("photo.jpg", "image/jpeg", lambda: phone_jpeg(1200, 900)),
    ("b.png", "image/png", png),
    ("c.heic", "image/heic", heic),
]


@pytest.fixture
def page(phone: BrowserContext, live: str) -> Iterator[Page]:
    """Where giving begins."""
    published()
    with faultless(phone) as page:
        page.goto(f"{live}/give/")
        yield page


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    chosen = [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]
    page.locator("#photos").set_input_files(chosen)  # type: ignore[arg-type]


def at_rest(page: Page) -> None:
    """Wait until everything that was changed is on the server."""
    expect(page.locator("html")).not_to_have_attribute("data-changes", "waiting")


def start(page: Page) -> None:
    """State being an adult, and wait until the page's script is there."""
    page.get_by_role("button", name="I am 18 or over: choose photos").click()
    expect(page.locator("form.with-script")).to_be_visible()


def work(count: int) -> None:
    """Let the workers do their part once `count` photos are here."""
    photos = list(Photo.objects.filter(state="received"))
    assert len(photos) == count
    for photo in photos:
        actions.run(photo_id=photo.pk)


def begin(page: Page, *files: tuple[str, str, bytes]) -> None:
    """State being an adult, choose these files: the first opens by itself; let the workers check all."""
    start(page)
    choose(page, *files)
    expect(page.locator("[data-stage][data-ready]")).to_be_visible()
    expect(page.locator("li[data-state=received]")).to_have_count(len(files))
    work(len(files))
    expect(page.locator("li[data-state=ready]")).to_have_count(len(files))


def to_list(page: Page) -> None:
    page.get_by_role("link", name="Back to your photos").click()


@pytest.mark.requirement("C1", "C2")
def test_three_kinds_of_files_arrive_are_seen_and_survive_a_reload(page: Page) -> None:
    begin(page, *((name, kind, make()) for name, kind, make in FILES))
    page.go_back()
    page.reload()
    expect(page.locator("li.photo-row")).to_have_count(3)
    for number in (1, 2, 3):
        row = page.locator("li.photo-row").nth(number - 1)
        expect(row).to_contain_text(f"Photo {number}")
        expect(row).to_contain_text("received")
        assert row.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")


@pytest.mark.requirement("C1", "W7")
def test_a_photo_that_the_browser_cannot_show_says_what_it_waits_for_and_appears_by_itself(page: Page) -> None:
    start(page)
    choose(page, ("c.heic", "image/heic", heic()))
    expect(page.locator("[data-wait]")).to_have_text("This photo is being checked. It appears here by itself.")
    expect(page.locator("[data-stage]")).to_be_hidden()
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    work(1)
    expect(page.locator("img[data-image]")).to_be_visible()
    expect(page.locator("[data-wait]")).to_be_empty()


@pytest.mark.requirement("C2")
def test_the_same_file_twice_is_told_and_kept_once(page: Page) -> None:
    start(page)
    choose(page, ("a.png", "image/png", png()))
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    to_list(page)
    choose(page, ("a.png", "image/png", png()))
    expect(page.locator("[data-notices]")).to_have_text("Photo 2 is already here, as photo 1.")
    expect(page.locator("li.photo-row")).to_have_count(1)
    expect(page.get_by_role("heading", name="Choose photos")).to_be_visible()


@pytest.mark.requirement("C2")
def test_a_lost_connection_is_told_and_the_photo_arrives_by_itself_once(page: Page, phone: BrowserContext) -> None:
    start(page)
    phone.set_offline(True)
    choose(page, ("a.png", "image/png", png()))
    to_list(page)
    expect(page.locator("li.photo-row")).to_contain_text("No connection. Photo 1 waits and continues by itself.")
    expect(page.locator("[data-offline] p")).to_be_visible()
    phone.set_offline(False)
    expect(page.locator("li[data-state=received]")).to_have_count(1, timeout=10_000)
    expect(page.locator("[data-offline] p")).to_be_hidden()
    assert Photo.objects.count() == 1


@pytest.mark.requirement("C10")
def test_a_file_over_the_limit_is_not_sent_and_the_others_are_kept(page: Page, tmp_path: Path) -> None:
    good, large = tmp_path / "a.png", tmp_path / "b.jpg"
    good.write_bytes(png())
    large.write_bytes(b"x" * 41_000_000)
    start(page)
    page.locator("#photos").set_input_files([good, large])
    to_list(page)
    expect(page.locator("li.photo-row").nth(1)).to_contain_text("Photo 2 is 41 MB. The limit is 40 MB.")
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    page.get_by_role("button", name="Remove Photo 2").click()
    expect(page.get_by_role("button", name="Remove Photo 1")).to_be_focused()


@pytest.mark.requirement("C3")
def test_a_person_is_marked_by_tap_and_described_in_the_sheet(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    box = box_of(page.locator("[data-plane]"))
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    sheet = page.get_by_role("dialog", name="Person 1")
    expect(sheet).to_be_visible()
    sheet.get_by_label("How old in this picture?").fill("3 1/2")
    expect(sheet.locator("[data-understood]")).to_have_text("We read: 3½ years")
    sheet.get_by_role("button", name="Me, and others").click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("button", name="Person 1, 3½ years, you")).to_be_focused()
    at_rest(page)
    person = Person.objects.get()
    assert person.x == pytest.approx(0.25, abs=0.01)
    assert person.y == pytest.approx(0.5, abs=0.01)


@pytest.mark.requirement("C3")
def test_a_mark_is_dragged_and_the_drag_opens_nothing(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    page.get_by_role("button", name="Add a person").click()
    mark = page.get_by_role("button", name="Person 1, age missing")
    box = box_of(mark)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    with page.expect_response("**/move/"):
        page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert Person.objects.get().x > 0.6


@pytest.mark.requirement("C3")
def test_a_whole_photo_is_marked_by_keyboard_alone(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    page.get_by_role("button", name="Add a person").focus()
    page.keyboard.press("Enter")
    mark = page.get_by_role("button", name="Person 1, age missing, not said who")
    expect(mark).to_be_focused()
    # Two presses are sent together, or apart where the second came late.
    with page.expect_response(lambda sent: "/move/" in sent.url and "0.49" in (sent.request.post_data or "")):
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("ArrowUp")
    person = Person.objects.get()
    assert (round(person.x, 2), round(person.y, 2)) == (0.4, 0.49)
    page.keyboard.press("Enter")
    expect(page.get_by_label("How old in this picture?")).to_be_focused()
    page.keyboard.type("about 5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Me, nobody else here")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Someone else: which is true?")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("button", name="Person 1, about 5 years (4 to 6), an adult now, and agreed")
    ).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".mark")).to_have_count(0)
    expect(page.get_by_role("button", name="Add a person")).to_be_focused()
    at_rest(page)
    assert not Person.objects.exists()


@pytest.mark.requirement("C4")
def test_an_unclear_age_and_a_grown_up_are_asked_about_in_the_sheet(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    page.locator("[data-plane]").click(position={"x": 100, "y": 100})
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Me, nobody else here").click()
    expect(sheet.locator("[data-error=age]")).to_have_text("Write an age, such as 7, 3½ or 18 months.")
    expect(sheet.get_by_label("How old in this picture?")).to_be_focused()
    page.keyboard.type("21")
    sheet.get_by_role("button", name="Me, nobody else here").click()
    expect(sheet.locator("[data-error=adult]")).to_have_text("This says 21 years. Was this person grown up?")
    sheet.get_by_role("button", name="Yes, an adult").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    assert Person.objects.get().adult_confirmed


@pytest.mark.requirement("C1")
def test_one_photo_is_given_in_few_steps_and_a_reload_keeps_its_mark(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    page.locator("[data-plane]").click(position={"x": 120, "y": 90})
    page.get_by_label("How old in this picture?").fill("7")
    at_rest(page)
    page.reload()
    page.get_by_role("button", name="Person 1, age missing, not said who").click()
    page.get_by_label("How old in this picture?").fill("7")
    # The page's script comes late, when the address is there already.
    late: list[Route] = []
    page.route("**/typo*.js", lambda route: late.append(route))  # noqa: PLW0108 - a handler is marked, and a bound method cannot be
    with page.expect_request("**/typo*.js"):
        page.get_by_role("button", name="Me, nobody else here").click()
    page.get_by_label("Your e-mail address").fill("somebody@gmial.com")
    page.keyboard.press("Tab")
    late.pop().continue_()
    expect(page.locator("[data-typo]")).to_contain_text("somebody@gmail.com")
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    assert Contribution.objects.get().state == "sent"


@pytest.mark.requirement("C2")
def test_who_closes_the_page_and_returns_is_led_back_to_the_photos_and_then_to_the_mail(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    home = page.url.split("/give/")[0]
    for path in ("/", "/give/"):
        page.goto(home + path)
        expect(page.get_by_text("Your photos are still here")).to_be_visible()
        page.get_by_role("link", name="Go on where you stopped").click()
        expect(page.locator("li[data-state=ready]")).to_have_count(1)
    page.get_by_role("link", name="Next: say who is in them").click()
    page.get_by_role("button", name="Nobody is in this picture").click()
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    page.goto(home)
    page.get_by_role("link", name="No mail? See what to do").click()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()


@pytest.mark.requirement("C1")
def test_send_pressed_twice_after_a_mistake_sends_once_and_the_way_back_asks_nothing(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    page.get_by_role("button", name="Nobody is in this picture").click()
    page.get_by_label("Your e-mail address").fill("somebody.example.org")
    page.get_by_role("button", name="Send and get my link").click()
    expect(page.get_by_role("link", name="Write an address like name@example.org.")).to_be_visible()
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Send and get my link").dblclick()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    assert (Contribution.objects.count(), Mail.objects.count()) == (1, 1)
    page.go_back()
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()


@pytest.mark.requirement("C5", "W3")
def test_somebody_is_invited_by_keyboard_within_the_sheet(page: Page) -> None:
    begin(page, ("a.png", "image/png", png()))
    page.get_by_role("button", name="Add a person").press("Enter")
    page.locator(".mark").press("Enter")
    page.get_by_label("How old in this picture?").fill("9")
    page.get_by_role("button", name="Someone else").press("Enter")
    address = page.get_by_label("Their e-mail address")
    address.fill("nobody")
    address.press("Enter")
    expect(page.locator("dialog [data-error=email]")).to_have_text("Write an address like name@example.org.")
    expect(address).to_be_focused()
    at_rest(page)
    assert Person.objects.get().basis == ""
    address.fill("sister@example.org")
    address.press("Enter")
    expect(page.locator("dialog")).not_to_be_visible()
    expect(page.locator("[data-people]")).to_contain_text("asked by us at s…@example.org")
    assert Person.objects.get().basis == "invited"


@pytest.mark.requirement("C2", "C7")
def test_a_change_on_its_way_is_kept_for_its_own_sending_alone(page: Page, live: str) -> None:
    """Whoever sits at a shared computer next finds nothing of it, however the sending ended."""
    page.on("dialog", lambda dialog: dialog.accept())
    kept = "() => sessionStorage.getItem('give-changes') ?? ''"
    # The server is in trouble, so that the age never arrives.
    page.route("**/give/people/**", lambda route: route.fulfill(status=503, body="{}"))
    for ended_here in (True, False):
        begin(page, ("a.png", "image/png", png()))
        page.locator("[data-plane]").click(position={"x": 40, "y": 40})
        sheet = page.get_by_role("dialog")
        sheet.get_by_label("How old in this picture?").fill("7")
        sheet.get_by_role("button", name="Me, and others").click()
        expect(sheet).to_be_hidden()
        assert "age" in page.evaluate(kept)
        expect(page.get_by_text("No connection. What you did is kept")).to_be_visible()
        if ended_here:
            page.goto(f"{live}/give/stop/")
            page.get_by_role("button", name="Stop and delete").click()
            expect(page.get_by_text("Stopped.")).to_be_visible()
        else:
            # Away first: a page that is told of the end goes to the beginning by itself, and would cross this way.
            page.goto("about:blank")
            actions.stop(sending=Contribution.objects.latest("created_at").pk)
            page.goto(f"{live}/give/photos/")
            expect(page).to_have_url(f"{live}/give/")
        assert "age" not in page.evaluate(kept)
        page.goto(f"{live}/give/")
