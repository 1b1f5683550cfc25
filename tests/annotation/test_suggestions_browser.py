"""What machines saw, at the workbench in a real browser: offers that keys alone take, and nothing taken by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from annotation.models import Reading, ReadingCover
from tests.annotation import printed
from tests.annotation.seen_at_the_bench import FOUND, at_the_bench, mark, saved
from tests.axe import violations
from tests.cast import Casting


@pytest.fixture
def bench(desktop: BrowserContext, live: str, staff: Casting, settings: Settings) -> Iterator[Page]:
    with at_the_bench(desktop, live, staff, settings) as page:
        yield page


@pytest.mark.requirement("A5", "A11")
def test_a_face_becomes_a_mark_and_text_is_shown_and_covered_by_keys_alone(bench: Page) -> None:
    # The face on which the giver's mark lies is spoken for.
    offers = bench.locator("button.suggested")
    expect(offers).to_have_count(1)
    expect(offers).to_have_css("border-style", "dashed")
    assert violations(bench) == []
    bench.keyboard.press("f")
    expect(mark(bench, 2)).to_be_focused()
    expect(offers).to_have_count(0)
    bench.keyboard.press("9")
    bench.get_by_role("button", name="Show what it reads").press("Enter")
    expect(bench.get_by_text(printed.WORDS)).to_be_visible()
    cover = bench.get_by_role("button", name="Text 1: Cover it")
    expect(cover).to_be_focused()
    bench.keyboard.press("Enter")
    expect(cover).to_have_attribute("aria-pressed", "true")
    expect(bench.locator(".suggested-text")).to_have_count(0)
    bench.locator(".cover").focus()
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Alt+ArrowDown")
    assert violations(bench) == []
    saved(bench)
    assert [(p.suggested, round(p.x, 3), round(p.y, 3)) for p in Reading.objects.get().persons.all()] == [
        (False, 0.1, 0.5),
        (True, 0.7, 0.35),
    ]
    assert ReadingCover.objects.values_list("left", "top", "right", "bottom").get() == pytest.approx(
        (0.205, 0.8, 0.605, 0.905)
    )


def test_a_suggested_frame_is_used_by_a_key_and_what_is_not_taken_is_not_saved(bench: Page) -> None:
    frame = bench.get_by_text("suggested border", exact=True)
    expect(frame).to_be_visible()
    bench.locator("h1").click()
    bench.keyboard.press("u")
    expect(frame).to_be_hidden()
    bench.keyboard.press("k")
    bench.keyboard.press("Delete")
    saved(bench)
    reading = Reading.objects.get()
    assert reading.corners == pytest.approx(FOUND)
    assert reading.people_count == 1
    assert not reading.covers.exists()
