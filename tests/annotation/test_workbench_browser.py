"""The workbench in a real browser: by keyboard alone, and with axe-core looking on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import Reading, Task
from annotation.transitions import TaskState
from tests import pictures
from tests.axe import violations
from tests.browsers import faultless, go_on_as
from tests.builders import given
from tests.cast import Casting


@pytest.fixture
def bench(desktop: BrowserContext, live: str, staff: Casting) -> Iterator[Page]:
    """An annotator at the workbench with the first of two photos; fails the test when a script failed."""
    given(pictures.png(400, 300), pictures.png(402, 300)).agree()
    go_on_as(desktop, staff("annotator").client, live)
    with faultless(desktop) as page:
        page.goto(f"{live}/staff/annotation/")
        page.get_by_role("button", name="Take the next photo").press("Enter")
        page.locator("#photo").evaluate("image => image.decode()")
        yield page


@contextmanager
def next_photo(bench: Page) -> Iterator[None]:
    """Until the server's answer shows another photo: only then is what was done in here saved."""
    shown = bench.locator("#photo").get_attribute("src") or ""
    yield
    expect(bench.locator("#photo")).not_to_have_attribute("src", shown)


@pytest.mark.requirement("A5", "A4")
def test_three_people_are_read_without_a_mouse(bench: Page) -> None:
    bench.locator(".mark").first.focus()
    bench.keyboard.press("Shift+ArrowRight")
    bench.keyboard.press("6")
    bench.keyboard.press("Tab")
    for age in ("9", "1"):
        bench.locator(".mark").first.focus()
        bench.keyboard.press("n")
        bench.keyboard.press(age)
        bench.keyboard.type("1")
    bench.locator(".mark").last.focus()
    with next_photo(bench):
        bench.keyboard.press("Enter")
    reading = Reading.objects.get()
    assert [(int(p.age_years), p.moved) for p in reading.persons.all()] == [(6, True), (91, False), (11, False)]


@pytest.mark.requirement("A5")
def test_as_the_contributor_said_is_one_key_even_after_a_click(bench: Page) -> None:
    bench.locator("h1").click()
    with next_photo(bench):
        bench.keyboard.press("a")
    assert [float(p.age_years) for p in Reading.objects.get().persons.all()] == [7.0]
    assert Task.objects.filter(state=TaskState.READ).count() == 1


def test_removing_a_mark_keeps_the_focus_and_nobody_is_an_answer(bench: Page) -> None:
    bench.locator(".mark").focus()
    bench.keyboard.press("Delete")
    expect(bench.locator("#add")).to_be_focused()
    with next_photo(bench):
        bench.get_by_role("button", name="Save, next").click()
    assert Reading.objects.get().persons.count() == 0


def test_a_missing_age_is_said_before_anything_is_sent(bench: Page) -> None:
    bench.keyboard.press("n")
    bench.keyboard.press("Enter")
    expect(bench.locator("#problem")).to_contain_text("age in years")
    assert not Reading.objects.exists()


def test_excluding_asks_for_a_reason(bench: Page) -> None:
    bench.locator("h1").click()
    bench.keyboard.press("x")
    expect(bench.locator("#exclusion")).to_be_focused()
    bench.get_by_role("button", name="Exclude, next").click()
    expect(bench.locator("#problem")).to_contain_text("Choose a reason")
    bench.locator("#exclusion").select_option("duplicate")
    with next_photo(bench):
        bench.get_by_role("button", name="Exclude, next").click()
    assert Reading.objects.get().exclusion == "duplicate"


@pytest.mark.requirement("W5")
def test_axe_finds_nothing_on_staff_pages_of_a_photo_and_a_release(
    bench: Page, desktop: BrowserContext, live: str, staff: Casting
) -> None:
    assert violations(bench) == []
    found = {}
    for role, path in (
        ("lead", "/staff/annotation/lead/"),
        ("officer", "/staff/screening/"),
        ("curator", "/staff/releases/"),
        ("curator", "/staff/releases/draft/"),
    ):
        desktop.clear_cookies()
        go_on_as(desktop, staff(role).client, live)
        page = desktop.new_page()
        page.goto(live + path)
        found[path] = violations(page)
        page.close()
    assert {path: broken for path, broken in found.items() if broken} == {}
