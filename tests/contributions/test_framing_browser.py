"""The frame of a print on a phone: offered, moved by drag, by taps and by keys alone, and never in the way."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contributions import intake
from contributions.frames import WHOLE
from contributions.models import Photo
from tests.axe import violations
from tests.browsers import box_of
from tests.contributions.test_framing import a_print
from tests.contributions.test_marking_browser import (
    begin,
    choose,
    page,  # noqa: F401 - a fixture
    start,
)
from tests.pictures import png

OFFER = "The picture seems to be smaller than the photo. Cut to this frame?"


@pytest.fixture
def panel(page: Page) -> Page:  # noqa: F811
    """The page with the photo of a print open, and its frame offered."""
    begin(page, ("print.jpg", "image/jpeg", a_print()[0]))
    expect(page.get_by_text(OFFER)).to_be_visible()
    return page


def press(page: Page, name: str) -> None:  # noqa: F811
    page.get_by_role("button", name=name, exact=True).click()


def sent(page: Page, name: str) -> list[float]:  # noqa: F811
    """Press a button that answers, and what the server kept then."""
    with page.expect_response("**/frame/") as answered:
        press(page, name)
    kept: list[float] = answered.value.json()["frame"]
    assert Photo.objects.get().frame == kept
    return kept


def middle(page: Page, corner: str) -> tuple[float, float]:  # noqa: F811
    box = box_of(page.get_by_role("button", name=corner))
    assert min(box["width"], box["height"]) >= 44
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_frame_is_offered_marking_goes_on_and_using_it_is_one_tap(panel: Page) -> None:
    box = box_of(panel.locator("[data-stage]"))
    panel.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    expect(panel.get_by_role("dialog", name="Person 1")).to_be_visible()
    panel.keyboard.press("Escape")
    assert sent(panel, "Use this frame") == pytest.approx(Photo.objects.get().found_frame)
    expect(panel.get_by_text("The picture will be cut to your frame.").first).to_be_visible()
    expect(panel.get_by_role("button", name="Move it")).to_be_focused()
    panel.reload()
    expect(panel.get_by_role("button", name="Move it")).to_be_visible()
    expect(panel.get_by_text(OFFER)).to_be_hidden()
    assert sent(panel, "Keep all") == list(WHOLE)
    panel.reload()
    expect(panel.get_by_role("button", name="Set a frame")).to_be_visible()
    expect(panel.locator("[data-frame-layer]")).to_have_count(0)


def test_a_photo_that_is_ready_before_its_frame_is_found_still_gets_the_offer(page: Page) -> None:  # noqa: F811
    start(page)
    choose(page, ("print.jpg", "image/jpeg", a_print()[0]))
    expect(page.locator("li[data-state=received]")).to_have_count(1)
    photo = Photo.objects.get()
    intake.rebuild(photo.pk)
    expect(page.locator("li[data-state=ready]")).to_have_count(1)
    expect(page.get_by_role("button", name="Set a frame")).to_be_visible()
    expect(page.get_by_text(OFFER)).to_be_hidden()
    intake.find_border(photo.pk)
    expect(page.get_by_text(OFFER)).to_be_visible()


def test_a_corner_is_moved_by_a_drag_by_two_taps_and_not_beyond_reason(panel: Page) -> None:
    press(panel, "Move it")
    expect(panel.get_by_role("button", name="Top left corner")).to_be_focused()
    box = box_of(panel.locator("[data-stage]"))
    panel.mouse.move(*middle(panel, "Top left corner"))
    panel.mouse.down()
    panel.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2, steps=4)
    panel.mouse.up()
    panel.touchscreen.tap(*middle(panel, "Bottom right corner"))
    expect(panel.get_by_role("button", name="Bottom right corner")).to_have_attribute("aria-pressed", "true")
    panel.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    expect(panel.locator("[data-spoken]")).to_have_text("The corner cannot go there.")
    panel.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.9)
    expect(panel.locator("[data-spoken]")).to_have_text(
        "Bottom right corner: 80 per cent from the left, 90 from the top"
    )
    expect(panel.get_by_role("dialog")).to_be_hidden()
    kept = sent(panel, "Use this frame")
    assert kept[:2] == pytest.approx([0.2, 0.2], abs=0.02)
    assert kept[4:6] == pytest.approx([0.8, 0.9], abs=0.02)
    assert Photo.objects.get().persons.count() == 0


def test_a_frame_is_set_by_keyboard_alone_on_an_enlarged_photo_without_one(page: Page) -> None:  # noqa: F811
    begin(page, ("a.png", "image/png", png()))
    for _ in range(3):
        press(page, "Larger")
    page.get_by_role("button", name="Set a frame").press("Enter")
    corner = page.get_by_role("button", name="Top left corner")
    expect(corner).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-spoken]")).to_have_text("Top left corner: 11 per cent from the left, 7 from the top")
    expect(corner).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bottom right corner")).to_be_in_viewport()
    assert violations(page) == []
    page.get_by_role("button", name="Use this frame").focus()
    with page.expect_response("**/frame/") as answered:
        page.keyboard.press("Enter")
    assert answered.value.json()["frame"][:2] == pytest.approx([0.11, 0.065])
    expect(page.locator("[data-plane]")).not_to_have_attribute("data-framing", "")


def test_leaving_changes_nothing_a_lost_connection_neither_and_a_refusal_is_said(
    panel: Page, phone: BrowserContext
) -> None:
    press(panel, "Move it")
    panel.keyboard.press("Shift+ArrowRight")
    panel.keyboard.press("Escape")
    expect(panel.get_by_text(OFFER)).to_be_visible()
    phone.set_offline(True)
    press(panel, "Keep all")
    expect(panel.get_by_role("button", name="Set a frame")).to_be_focused()
    with panel.expect_response("**/frame/"):
        phone.set_offline(False)
    assert Photo.objects.get().frame == list(WHOLE)
    panel.route("**/frame/", lambda route: route.fulfill(status=422, json={"error": "No frame."}))
    press(panel, "Set a frame")
    press(panel, "Use this frame")
    expect(panel.get_by_role("alert").filter(has_text="No frame.")).to_be_visible()
    expect(panel.get_by_role("button", name="Set a frame")).to_be_visible()
