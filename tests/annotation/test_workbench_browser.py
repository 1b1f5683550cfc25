"""The workbench in a real browser: by keyboard alone, by touch, without a connection, signed out, and after a crash."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from annotation.models import KeyMap, Reading, Task
from annotation.transitions import TaskState
from contributions.models import Photo
from tests import pictures
from tests.axe import violations
from tests.browsers import faultless, go_on_as
from tests.builders import given
from tests.cast import Casting, Member

PATH = "/staff/annotation/"


@pytest.fixture
def reader(staff: Casting) -> Member:
    return staff("annotator")


@pytest.fixture
def photos() -> list[UUID]:
    """Three old photos with one mark each, of which the contributor said: 7."""
    given(*(pictures.png(400 + 2 * n, 300) for n in range(3))).agree()
    Photo.objects.update(taken_decade=1920)
    return list(Photo.objects.values_list("pk", flat=True))


@pytest.fixture
def bench(desktop: BrowserContext, live: str, reader: Member, photos: list[UUID]) -> Iterator[Page]:
    """An annotator at the workbench with the first of three photos; fails the test when a script failed."""
    go_on_as(desktop, reader.client, live)
    with faultless(desktop) as page:
        start(page, live)
        yield page


def start(page: Page, live: str) -> None:
    page.goto(live + PATH)
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    page.keyboard.press("Enter")
    ready(page)


def ready(page: Page) -> None:
    """The picture stands, and the keys are listened to."""
    expect(page.locator("[data-photo-here] img")).to_be_visible()
    expect(page.locator(".mark").first).to_be_visible()


def name_of(page: Page) -> str:
    return page.locator("#photo-name").inner_text()


def saved(page: Page, shown: str) -> None:
    """The server has the answer, and another photo than `shown` is on the screen."""
    expect(page.locator("#line [data-saved]")).to_have_text(re.compile(r"^saved \d"))
    expect(page.locator("#photo-name")).not_to_have_text(shown)


@pytest.mark.requirement("A5", "A4")
def test_three_people_are_read_without_a_mouse(bench: Page) -> None:
    shown = name_of(bench)
    expect(bench.locator("#photo-decade")).to_have_text("before 1930")
    # The first is there already: moved, and given an age; the others are added, one of them with a range.
    bench.keyboard.press("Tab")
    expect(bench.locator(".mark").first).to_be_focused()
    bench.keyboard.press("Shift+ArrowRight")
    bench.keyboard.press("6")
    bench.keyboard.press("Escape")
    bench.keyboard.press("n")
    bench.keyboard.press("ArrowDown")
    bench.keyboard.type("9")
    bench.keyboard.press("Escape")
    bench.keyboard.press("n")
    bench.keyboard.press("ArrowLeft")
    # Saving without an age says whose is missing, and goes there.
    bench.keyboard.press("Enter")
    expect(bench.locator("#problem")).to_contain_text("Give person 3 an age")
    bench.keyboard.type("1-2")
    bench.keyboard.press("Escape")
    # Fewer than are marked: it is said, and nothing is saved.
    bench.keyboard.press("c")
    bench.keyboard.type("2")
    expect(bench.locator("#count-low")).to_have_text("3 people are marked: the count cannot be lower.")
    expect(bench.locator("#count")).to_have_accessible_description(re.compile("^3 people are marked"))
    bench.keyboard.press("Enter")
    expect(bench.locator("#count")).to_have_value("3")
    expect(bench.locator("#photo-name")).to_have_text(shown)
    bench.keyboard.type("4")
    expect(bench.locator("#count-low")).to_be_empty()
    bench.keyboard.press("Escape")
    bench.keyboard.press("b")
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Escape")
    bench.keyboard.press("d")
    bench.keyboard.type("gardd")
    expect(bench.locator("#no-term")).to_have_text("No such word")
    expect(bench.get_by_role("listbox")).to_be_hidden()
    bench.keyboard.press("Backspace")
    expect(bench.locator("#no-term")).to_be_empty()
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("button", name="Remove garden")).to_be_visible()
    bench.keyboard.press("Escape")
    assert violations(bench) == []
    bench.keyboard.press("Enter")
    saved(bench, shown)
    reading = Reading.objects.get()
    people = [(float(p.age_years), float(p.age_low), float(p.age_high), p.moved) for p in reading.persons.all()]
    assert people == [(6, 6, 6, True), (9, 9, 9, False), (1.5, 1, 2, False)]
    assert reading.people_count == 4
    assert reading.corners != [0, 0, 1, 0, 1, 1, 0, 1]
    assert reading.terms == ["place.garden"]
    assert str(reading.task.photo_id).startswith(shown)


@pytest.mark.requirement("A5", "A6")
def test_as_the_contributor_said_is_one_key_and_the_next_photo_is_there_already(
    bench: Page, live: str, photos: list[UUID]
) -> None:
    shown = name_of(bench)
    # All three pictures came with the first.
    bench.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(e => e.name.includes('/image/')).length >= 3"
    )
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    bench.on("request", note)
    # A click takes the keys away from nothing: Enter and letters mean what they meant.
    bench.get_by_role("button", name="Add").click()
    bench.keyboard.press("z")
    expect(bench.locator(".mark")).to_have_count(1)
    bench.locator("h1").click()
    bench.keyboard.press("a")
    saved(bench, shown)
    ready(bench)
    assert [url for url in asked if "/image/" in url] == []
    assert [float(p.age_years) for p in Reading.objects.get().persons.all()] == [7.0]
    # Undo after saving: the answer as it was, on the screen, to be given anew.
    bench.keyboard.press("z")
    expect(bench.locator("#photo-name")).to_have_text(shown)
    expect(bench.locator("#line [data-saved]")).to_contain_text("taken back")
    expect(bench.locator(".mark").first).to_have_accessible_name(re.compile("^Person 1, age 7:"))
    expect(bench.get_by_role("button", name="Take 7, as understood from the words")).to_be_visible()
    bench.locator(".mark").first.focus()
    bench.keyboard.press("8")
    bench.keyboard.press("Enter")
    saved(bench, shown)
    kinds = list(Reading.objects.order_by("id").values_list("answer", flat=True))
    assert kinds == ["people", "taken_back", "people"]
    # Among the last photos it can be corrected still, and the second photo is answered by its button.
    bench.keyboard.press("h")
    expect(bench.locator("#last-dialog li")).to_have_count(2)
    expect(bench.locator("#last-dialog li").first).to_contain_text(shown)
    assert violations(bench) == []
    bench.get_by_role("button", name="Correct it").first.press("Enter")
    expect(bench.locator("#photo-name")).to_have_text(shown)
    assert bench.locator(".person-age").first.input_value() == "8"


@pytest.mark.requirement("A6", "A3")
def test_answers_wait_for_the_connection_and_a_killed_tab_keeps_what_was_begun(
    bench: Page, desktop: BrowserContext
) -> None:
    shown = name_of(bench)
    desktop.set_offline(True)
    bench.keyboard.press("a")
    expect(bench.locator("#trouble")).to_contain_text("No connection")
    # The next one was there before, and work goes on.
    expect(bench.locator("#photo-name")).not_to_have_text(shown)
    ready(bench)
    second = name_of(bench)
    bench.keyboard.press("5")
    # Killed: the page has no last words, so both photos are held still.
    bench.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    assert not Reading.objects.exists()
    desktop.set_offline(False)
    expect(bench.locator("#trouble")).to_be_hidden()
    saved(bench, shown)
    bench.reload()
    ready(bench)
    assert name_of(bench) == second
    expect(bench.locator(".person-age")).to_have_value("5")
    # Left in good order it is given back, and taken again with what was begun.
    bench.reload()
    ready(bench)
    expect(bench.locator("#photo-name")).to_have_text(second)
    expect(bench.locator(".person-age")).to_have_value("5")
    bench.keyboard.press("Enter")
    saved(bench, second)
    assert [float(r.persons.get().age_years) for r in Reading.objects.order_by("id")] == [7, 5]


@pytest.mark.requirement("A6")
def test_whoever_is_signed_out_or_too_late_loses_nothing(
    bench: Page, desktop: BrowserContext, live: str, reader: Member
) -> None:
    shown = name_of(bench)
    desktop.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    bench.keyboard.press("a")
    expect(bench.locator("#trouble")).to_contain_text("You are signed out")
    way = bench.locator("#trouble").get_by_role("link", name="Sign in").get_attribute("href") or ""
    assert "next=" in way
    assert not Reading.objects.exists()
    reader.sign_in()
    go_on_as(desktop, reader.client, live)
    bench.goto(live + PATH)
    saved(bench, shown)
    ready(bench)
    assert Reading.objects.get().persons.count() == 1
    # Held for too long: why, and the same answer again.
    late = name_of(bench)
    Task.objects.filter(state=TaskState.LEASED).update(
        state=TaskState.OPEN, lease=None, leased_to=None, leased_until=None
    )
    bench.keyboard.press("a")
    dialog = bench.locator("#conflict-dialog")
    expect(dialog).to_contain_text("1 person: 7")
    assert violations(bench) == []
    dialog.get_by_role("button", name="Take it again and save").press("Enter")
    expect(dialog).to_be_hidden()
    saved(bench, late)
    assert Reading.objects.count() == 2


@pytest.mark.requirement("A5", "A7")
def test_reasons_have_letters_keys_can_be_changed_and_letters_switched_off(bench: Page, reader: Member) -> None:
    shown = name_of(bench)
    bench.keyboard.press("x")
    expect(bench.locator("#exclude-dialog")).to_be_visible()
    expect(bench.get_by_label("In words")).to_have_accessible_description(re.compile("^Write no name here"))
    assert violations(bench) == []
    # "Other" needs words.
    bench.keyboard.press("o")
    expect(bench.locator("#exclude-dialog [role=alert]")).to_contain_text("in words")
    bench.keyboard.press("Escape")
    bench.keyboard.press("x")
    bench.keyboard.press("d")
    saved(bench, shown)
    assert Reading.objects.get().exclusion == "duplicate"
    bench.keyboard.press("?")
    dialog = bench.locator("#keys-dialog")
    # All of them are to be seen at once.
    assert dialog.evaluate("dialog => dialog.scrollHeight <= dialog.clientHeight")
    dialog.get_by_role("button", name="Cannot decide: Q").press("Enter")
    bench.keyboard.press("a")
    expect(dialog.locator("[role=alert]")).to_contain_text("Two actions have the same key")
    dialog.get_by_role("button", name="Cannot decide: Q").press("Enter")
    bench.keyboard.press("j")
    expect(dialog.get_by_role("button", name="Cannot decide: J")).to_be_visible()
    assert violations(bench) == []
    bench.keyboard.press("Escape")
    asked = name_of(bench)
    bench.keyboard.press("q")
    expect(bench.locator("#undecided-dialog")).to_be_hidden()
    bench.keyboard.press("j")
    bench.keyboard.type("Is this a doll?")
    bench.keyboard.press("Enter")
    expect(bench.locator("#photo-name")).not_to_have_text(asked)
    bench.keyboard.press("?")
    dialog.get_by_label("Single letters and signs do nothing").press("Space")
    expect(bench.locator("#line kbd[data-key=last]")).to_be_hidden()
    bench.keyboard.press("Escape")
    last = name_of(bench)
    bench.keyboard.press("a")
    bench.keyboard.press("h")
    expect(bench.locator("#last-dialog")).to_be_hidden()
    expect(bench.locator("#photo-name")).to_have_text(last)
    # The last of the three; nothing else waits, and the page says so.
    bench.keyboard.press("Enter")
    expect(bench.locator("#waiting h2")).to_be_visible()
    expect(bench.get_by_role("button", name="Look again")).to_be_focused()
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("button", name="Look again")).to_be_focused()
    assert violations(bench) == []
    assert Reading.objects.filter(answer="undecided", note="Is this a doll?").count() == 1
    assert KeyMap.objects.get(staff=reader.user).keys == {"undecided": "j"}


@pytest.mark.requirement("A5", "W5")
def test_a_tablet_reads_by_touch_and_leaving_gives_the_photos_back(
    browser: Browser, live: str, reader: Member, photos: list[UUID]
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, locale="en-GB")
    go_on_as(context, reader.client, live)
    with faultless(context) as page:
        page.goto(live + PATH)
        assert violations(page) == []
        page.get_by_role("button", name="Start").tap()
        ready(page)
        shown = name_of(page)
        page.get_by_role("button", name="Add").tap()
        page.get_by_role("textbox", name="Age in years of person 2").fill("18m")
        page.get_by_role("combobox", name="Description").tap()
        page.get_by_role("option", name="garden", exact=True).tap()
        page.get_by_role("button", name="One more").tap()
        page.get_by_role("button", name="Save, next").tap()
        saved(page, shown)
        ready(page)
        page.get_by_role("button", name="Not now").tap()
        page.get_by_role("button", name="Stop here").tap()
        expect(page.get_by_role("heading", name="You stopped")).to_be_visible()
        expect(page.get_by_role("button", name="Start")).to_be_focused()
        page.get_by_role("button", name="My last photos").tap()
        expect(page.locator("#last-dialog li")).to_have_count(1)
        # What the queue was just handing out is given back once it has come.
        leased = Task.objects.filter(state=TaskState.LEASED)
        for _look in range(200):
            if leased.exists():
                page.wait_for_timeout(50)
        assert not leased.exists()
    reading = Reading.objects.get()
    assert (reading.people_count, reading.terms) == (3, ["place.garden"])
    assert [float(p.age_years) for p in reading.persons.all()] == [7, 1.5]
    context.close()
