"""What machines saw, at the workbench in a real browser: offers that keys alone take, and nothing taken by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from annotation import actions, tasks
from annotation.boxes import Box, Seen
from annotation.models import Reading, ReadingCover
from contributions.models import Photo
from tests import pictures
from tests.annotation import printed
from tests.axe import violations
from tests.browsers import faultless, go_on_as
from tests.builders import given
from tests.cast import Casting

# The giver's mark of these photos stands at (0.1, 0.5): on the first face, not on the second.
SPOKEN_FOR, OPEN = Seen(Box(0.05, 0.4, 0.15, 0.6), 0.9), Seen(Box(0.6, 0.2, 0.8, 0.5), 0.9)


@pytest.fixture
def bench(desktop: BrowserContext, live: str, staff: Casting, settings: Settings) -> Iterator[Page]:
    """An annotator at the workbench with a photo of which machines saw two faces, a line of text and a frame."""
    settings.TEXT_READER = printed.NAME
    (photo,) = given(pictures.png(400, 300)).agree().photos
    tasks.find_text()
    actions.keep_faces(photo_id=photo.pk, seen=[SPOKEN_FOR, OPEN], model="drawn")
    Photo.objects.filter(pk=photo.pk).update(found_frame=[0.02, 0.02, 0.98, 0.02, 0.98, 0.95, 0.02, 0.95])
    go_on_as(desktop, staff("annotator").client, live)
    with faultless(desktop) as page:
        page.goto(f"{live}/staff/annotation/")
        page.get_by_role("button", name="Take the next photo").press("Enter")
        page.locator("#photo").evaluate("image => image.decode()")
        yield page


def saved(bench: Page) -> Reading:
    bench.get_by_role("button", name="Save, next").press("Enter")
    expect(bench.get_by_role("heading", name="Photos to read")).to_be_visible()
    return Reading.objects.get()


@pytest.mark.requirement("A5", "A11")
def test_a_face_becomes_a_mark_and_text_is_read_once_and_covered_by_keys_alone(bench: Page) -> None:
    offers = bench.locator("button.suggested")
    expect(offers.filter(visible=True)).to_have_count(1)
    expect(offers.filter(visible=True)).to_have_css("border-style", "dashed")
    assert violations(bench) == []
    bench.keyboard.press("f")
    expect(offers.filter(visible=True)).to_have_count(0)
    bench.keyboard.press("9")
    bench.get_by_role("button", name="Show what it reads").press("Enter")
    expect(bench.get_by_text(printed.WORDS)).to_be_visible()
    cover = bench.get_by_role("button", name="Text 1: Cover it")
    expect(cover).to_be_focused()
    bench.keyboard.press("Enter")
    expect(cover).to_have_attribute("aria-pressed", "true")
    bench.locator(".cover").focus()
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Alt+ArrowDown")
    assert violations(bench) == []
    reading = saved(bench)
    assert [(p.suggested, round(p.x, 3), round(p.y, 3)) for p in reading.persons.all()] == [
        (False, 0.1, 0.5),
        (True, 0.7, 0.35),
    ]
    assert ReadingCover.objects.values_list("left", "top", "right", "bottom").get() == pytest.approx(
        (0.205, 0.8, 0.605, 0.905)
    )
    assert (reading.crop_left, reading.crop_right) == (0, 1)


def test_a_suggested_frame_is_used_by_a_key_and_text_is_cropped_away(bench: Page) -> None:
    bench.locator("h1").click()
    bench.keyboard.press("u")
    expect(bench.locator("#found-frame")).to_be_hidden()
    bench.get_by_role("button", name="Text 1: Crop it away").press("Enter")
    expect(bench.get_by_text("Cropped away")).to_be_visible()
    bench.keyboard.press("k")
    bench.keyboard.press("Delete")
    expect(bench.locator("#add-cover")).to_be_focused()
    reading = saved(bench)
    assert (reading.crop_left, reading.crop_top, reading.crop_right, reading.crop_bottom) == (0.02, 0.02, 0.98, 0.8)
    assert not reading.covers.exists()


def test_what_is_not_taken_is_not_saved_and_text_can_exclude(bench: Page) -> None:
    bench.get_by_role("button", name="Exclude: identifying text").press("Enter")
    expect(bench.locator("#exclusion")).to_have_value("identifying_text")
    bench.get_by_role("button", name="Exclude, next").press("Enter")
    expect(bench.get_by_role("heading", name="Photos to read")).to_be_visible()
    assert Reading.objects.get().exclusion == "identifying_text"
