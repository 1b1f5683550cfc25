"""The desk in a real browser: charts by keyboard, in the dark, without script; with axe-core looking on."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from audit.queries import Chart
from tests.audit.events import commit
from tests.audit.keeper import Keeper
from tests.browsers import go_on_as
from tests.cast import Casting
from tests.looks import IN_TURN_OR_ALL, Looks

DESK = "/staff/audit/"
DAY = 86_400
NOON = 1_767_268_800  # 2026-01-01 12:00 UTC
pytestmark = pytest.mark.requirement("L9")


def charts() -> list[Chart]:
    """A chart of three withdrawals and what was promised, and one without any."""
    points: Any = {
        "x": [NOON, NOON + DAY, NOON + 2 * DAY],
        "series": [
            {"label": "reached", "y": [0.4, None, 0.25]},
            {"label": "promised", "y": [1, 1, 1], "line": True},
        ],
    }
    drawn = Chart(
        title="To effect", text="Each dot is a withdrawal.", unit="s", points=points,
        columns=["Week from", "Median (s)"], rows=[["2025-12-29", "0.3"]], sentences=[f"Photo {uuid4()} is out."],
    )  # fmt: skip
    return [drawn, Chart(**{**drawn, "title": "To erasure", "points": {"x": [], "series": []}})]


@pytest.fixture
def auditor(staff: Casting, settings: Any) -> Client:
    """An auditor, signed in, over the desk with the charts above."""
    settings.AUDIT_CHARTS = [f"{__name__}.charts"]
    return staff("auditor").client


def opened(context: BrowserContext, auditor: Client, address: str) -> Page:
    """The auditor's browser at this address."""
    go_on_as(context, auditor, address)
    page = context.new_page()
    page.goto(address)
    return page


@pytest.fixture
def desk(desktop: BrowserContext, live: str, auditor: Client) -> Iterator[Page]:
    """The overview; fails the test when a script failed or the page's own policy refused something."""
    faults: list[str] = []
    desktop.on("weberror", lambda error: faults.append(str(error.error)))
    desktop.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield opened(desktop, auditor, live + DESK)
    assert faults == []


def test_a_chart_is_drawn_and_its_table_closed_but_there(desk: Page) -> None:
    figure = desk.get_by_role("figure", name="To effect")
    canvas = figure.locator(".plot canvas")
    expect(canvas).to_be_visible()
    assert canvas.evaluate("canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
                           ".data.some(value => value > 0)")  # fmt: skip
    expect(figure.locator("table")).to_be_hidden()
    figure.locator("summary").press("Enter")
    expect(figure.locator("table")).to_be_visible()


def test_a_chart_without_numbers_leaves_its_table_open(desk: Page) -> None:
    figure = desk.get_by_role("figure", name="To erasure")
    expect(figure.locator("canvas")).to_have_count(0)
    expect(figure.locator("table")).to_be_visible()


def test_arrow_keys_step_through_the_values_and_say_them(desk: Page) -> None:
    chart = desk.get_by_role("slider", name="To effect")
    chart.focus()
    expect(chart).to_have_attribute("aria-valuetext", "2026-01-03 12:00 UTC: reached 0.25 s, promised 1 s")
    for key, told in (
        ("ArrowLeft", "2026-01-02 12:00 UTC: promised 1 s"),
        ("Home", "2026-01-01 12:00 UTC: reached 0.4 s, promised 1 s"),
        ("ArrowLeft", "2026-01-01 12:00 UTC: reached 0.4 s, promised 1 s"),
        ("End", "2026-01-03 12:00 UTC: reached 0.25 s, promised 1 s"),
    ):
        chart.press(key)
        expect(chart).to_have_attribute("aria-valuetext", told)
        expect(desk.locator(".plot-readout")).to_have_text(told)


def test_the_colours_follow_the_system(desk: Page) -> None:
    drawn = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
        () => done(document.querySelector("canvas").toDataURL()))))"""
    light = desk.evaluate(drawn)
    desk.emulate_media(color_scheme="dark")
    assert desk.evaluate(drawn) != light


def test_without_script_the_table_stands_open(browser: Browser, live: str, auditor: Client) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context, auditor, live + DESK)
    expect(page.locator("figure table").first).to_be_visible()
    context.close()


@pytest.mark.requirement("W5")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_and_nothing_moves_sideways(
    desktop: BrowserContext, live: str, auditor: Client, keeper: Keeper, *, every: bool
) -> None:
    photo = commit(3, by=f"staff:{uuid4()}")
    keeper()
    looks = Looks(opened(desktop, auditor, live + DESK), every, start="desk")
    for place in ("", "entries/", "entries/?first_day=x", f"story/{photo}/", "integrity/", "proof/9/"):
        looks.visit(live, DESK + place)
    assert looks.wrong == {}
