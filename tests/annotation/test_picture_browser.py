"""The picture of the workbench in a real browser: boxes, corners and covers, by pointer, by keys and by touch."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.fixtures import Settings

from annotation.models import Reading, ReadingPerson
from tests.annotation.seen_at_the_bench import at_the_bench, drag, mark, on_picture, saved, swipe
from tests.axe import violations
from tests.browsers import box_of
from tests.cast import Casting

# Half a CSS pixel of a picture that is a few hundred high.
NEAR = 0.004


@pytest.fixture
def bench(desktop: BrowserContext, live: str, staff: Casting, settings: Settings) -> Iterator[Page]:
    with at_the_bench(desktop, live, staff, settings) as page:
        yield page


@pytest.fixture
def tablet(browser: Browser, live: str, staff: Casting, settings: Settings) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, locale="en-GB")
    with at_the_bench(context, live, staff, settings) as page:
        yield page
    context.close()


def read() -> Reading:
    return Reading.objects.get()


def boxed(person: ReadingPerson) -> list[float | None]:
    return [person.left, person.top, person.right, person.bottom]


def covered() -> list[float]:
    (cover,) = read().covers.all()
    return [cover.left, cover.top, cover.right, cover.bottom]


def near(*values: float) -> object:
    return pytest.approx(values, abs=NEAR)


@pytest.mark.requirement("A4")
def test_boxes_corners_and_covers_are_drawn_and_moved_by_pointer(bench: Page) -> None:
    expect(bench.locator("button.suggested")).to_have_css("border-style", "dashed")
    # Around a mark that has no box the box is that person's; its corner and its side are dragged, and then all of it.
    bench.locator("#draw-box").click()
    drag(bench, (0.04, 0.4), (0.16, 0.6))
    expect(mark(bench, 1)).to_be_focused()
    drag(bench, (0.16, 0.6), (0.2, 0.66))
    drag(bench, (0.18, 0.44), (0.38, 0.34))
    # Anywhere else it is one more person.
    bench.locator("#draw-box").click()
    drag(bench, (0.3, 0.7), (0.4, 0.9))
    expect(mark(bench, 2)).to_be_focused()
    bench.keyboard.type("9")
    bench.locator("button.suggested").first.click()
    bench.keyboard.type("8")
    # A corner goes where the four are a frame, and nowhere else.
    bench.locator("[data-corners]").click()
    drag(bench, (0, 0), (0.1, 0.08))
    drag(bench, (1, 1), (0.05, 0.04))
    bench.mouse.click(*on_picture(bench, (0.1, 0.08)))
    bench.mouse.click(*on_picture(bench, (0.9, 0.9)))
    expect(bench.get_by_text("The corner cannot go there.")).to_be_attached()
    bench.locator("[data-corners]").click()
    bench.locator("[data-add]").click()
    drag(bench, (0.5, 0.6), (0.7, 0.7))
    drag(bench, (0.6, 0.65), (0.65, 0.75))
    assert violations(bench) == []
    saved(bench)
    first, second, third = read().persons.all()
    assert boxed(first) == near(0.24, 0.3, 0.4, 0.56)
    assert (first.moved, [first.x, first.y]) == (True, near(0.3, 0.4))
    assert boxed(second) == near(0.3, 0.7, 0.4, 0.9)
    assert (third.suggested, boxed(third)) == (True, near(0.6, 0.2, 0.8, 0.5))
    # The last of four steps on which the corner still was one.
    assert read().corners == near(0.1, 0.08, 1, 0, 0.525, 0.52, 0, 1)
    assert covered() == near(0.55, 0.7, 0.75, 0.8)


@pytest.mark.requirement("A5")
def test_boxes_corners_and_covers_are_made_and_moved_by_keys(bench: Page) -> None:
    # A box comes with the first arrow, grows with the others, and moves with its mark.
    mark(bench, 1).focus()
    for key in ("Alt+ArrowRight", "Alt+Shift+ArrowRight", "Alt+ArrowUp", "Shift+ArrowDown", "ArrowRight"):
        bench.keyboard.press(key)
    bench.keyboard.press("n")
    bench.keyboard.press("Alt+ArrowRight")
    bench.keyboard.press("Alt+Delete")
    bench.keyboard.type("9")
    bench.keyboard.press("Escape")
    # A suggestion is a button like another; what was taken can be left again, and the focus goes to the neighbour.
    bench.keyboard.press("f")
    expect(mark(bench, 3)).to_be_focused()
    bench.keyboard.press("Delete")
    expect(mark(bench, 2)).to_be_focused()
    expect(bench.locator("button.suggested")).to_have_count(1)
    bench.keyboard.press("Control+z")
    expect(mark(bench, 3)).to_be_visible()
    bench.keyboard.press("Control+z")
    expect(mark(bench, 3)).to_have_count(0)
    bench.keyboard.press("b")
    expect(bench.get_by_role("button", name="Top left corner")).to_be_focused()
    bench.keyboard.press("Shift+ArrowRight")
    bench.keyboard.press("Shift+ArrowLeft")
    bench.keyboard.press("ArrowDown")
    expect(bench.get_by_text("Top left corner: 0 per cent from the left, 1 from the top")).to_be_attached()
    bench.keyboard.press("Escape")
    bench.keyboard.press("k")
    expect(bench.locator(".cover")).to_be_focused()
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Alt+ArrowDown")
    bench.keyboard.press("k")
    bench.keyboard.press("Delete")
    expect(bench.locator(".cover")).to_be_focused()
    assert violations(bench) == []
    saved(bench)
    first, second = read().persons.all()
    high = 0.05 * 400 / 300
    assert boxed(first) == near(0.005, 0.555 - high, 0.205, 0.545 + high)
    assert [first.x, first.y] == near(0.105, 0.55)
    assert boxed(second) == [None] * 4
    assert read().corners == near(0, 0.005, 1, 0, 1, 1, 0, 1)
    assert covered() == near(0.355, 0.45, 0.655, 0.555)


@pytest.mark.requirement("A5")
def test_what_is_dragged_on_a_turned_and_enlarged_picture_lands_where_it_is_seen(bench: Page) -> None:
    whole = box_of(bench.locator("[data-plane]"))
    bench.keyboard.press("r")
    bench.keyboard.press("+")
    turned = box_of(bench.locator("[data-plane]"))
    assert (turned["width"] < turned["height"], turned["height"] > whole["height"]) == (True, True)
    # A quarter clockwise, (x, y) of the photo stands at (1 - y, x). The mark is brought into sight by its focus.
    mark(bench, 1).focus()
    drag(bench, (0.5, 0.1), (0.6, 0.2))
    bench.keyboard.press("Shift+ArrowLeft")
    bench.locator("#draw-box").click()
    drag(bench, (0.5, 0.15), (0.6, 0.25))
    drag(bench, (0.6, 0.25), (0.65, 0.3))
    expect(bench.locator(".suggested-text")).to_have_count(1)
    before = box_of(bench.locator("[data-plane]"))
    bench.mouse.move(*on_picture(bench, (0.3, 0.4)))
    bench.mouse.wheel(0, -200)
    assert box_of(bench.locator("[data-plane]"))["width"] > before["width"]
    drag(bench, (0.3, 0.4), (0.35, 0.45))
    bench.keyboard.press("0")
    saved(bench)
    (person,) = read().persons.all()
    # Seen at (0.6, 0.2), then ten steps to the left: (0.55, 0.2), which is (0.2, 0.45) of the photo.
    assert [person.x, person.y] == near(0.2, 0.45)
    assert boxed(person) == near(0.15, 0.35, 0.3, 0.5)
    assert read().corners == [0, 0, 1, 0, 1, 1, 0, 1]


def taken(tool: Locator) -> None:
    """Take a tool; it is in hand when its button says so."""
    tool.click()
    expect(tool).to_have_attribute("aria-pressed", "true")


@pytest.mark.requirement("A5")
def test_a_tablet_is_enough(tablet: Page) -> None:
    swipe(tablet, ((0.1, 0.5), (0.3, 0.4)))
    taken(tablet.locator("#draw-box"))
    swipe(tablet, ((0.24, 0.3), (0.36, 0.5)))
    swipe(tablet, ((0.36, 0.5), (0.4, 0.56)))
    swipe(tablet, ((0.27, 0.48), (0.37, 0.48)))
    fitting = box_of(tablet.locator("[data-plane]"))
    swipe(tablet, ((0.4, 0.8), (0.2, 0.8)), ((0.6, 0.8), (0.8, 0.8)))
    larger = box_of(tablet.locator("[data-plane]"))
    assert larger["width"] > 2 * fitting["width"]
    swipe(tablet, ((0.5, 0.8), (0.55, 0.82)))
    assert box_of(tablet.locator("[data-plane]"))["x"] > larger["x"]
    tablet.get_by_role("button", name="All of it").click()
    expect(tablet.locator("[data-view]")).not_to_have_attribute("data-zoomed", "")
    taken(tablet.locator("[data-add]"))
    swipe(tablet, ((0.5, 0.7), (0.7, 0.8)))
    assert violations(tablet) == []
    saved(tablet)
    (person,) = read().persons.all()
    assert boxed(person) == near(0.34, 0.3, 0.5, 0.56)
    assert covered() == near(0.5, 0.7, 0.7, 0.8)
