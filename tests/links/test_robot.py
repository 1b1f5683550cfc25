"""Mail scanners look ahead, follow links, and press buttons. None of that is an answer (requirement I4)."""

import time
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Error, Page

from tests.links import doors
from tests.links.doors import Door
from tests.soak import write_down

PREFETCH = {"purpose": "prefetch", "sec-purpose": "prefetch;prerender", "x-moz": "prefetch"}
DOORS: dict[str, Callable[[], Door]] = {
    "consent": doors.consent,
    "manage": doors.manage,
    "invitation": doors.invitation,
    "claim": doors.claim,
    "reminders": doors.reminders,
    "updates": doors.updates,
}
PRESSED = "button:visible, input[type=submit]:visible, summary:visible"


@pytest.mark.requirement("I4")
@pytest.mark.parametrize("kind", sorted(DOORS))
@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.soak)])
def test_a_robot_that_looks_ahead_and_presses_every_button_changes_nothing(
    kind: str, seconds: int, desktop: BrowserContext, live: str
) -> None:
    door = DOORS[kind]()
    before = doors.rows()
    client = Client()
    client.head(door.path)
    for _ in range(10):
        client.get(door.path, headers=PREFETCH, follow=True)
    pressed = press_everything(desktop.new_page(), live + door.path, seconds=seconds)
    assert pressed > 0
    assert doors.rows() == before
    assert door.still_opens()
    if seconds == 60:
        write_down(f"I4: robot at the {kind} link", f"{pressed} presses, 0 rows changed, the link still opens")


def press_everything(page: Page, address: str, *, seconds: float) -> int:
    """Press each button of the page behind the link in turn, always anew from the link; how many presses that were."""
    deadline, pressed = time.monotonic() + seconds, 0
    while True:
        page.goto(address)
        for number in range(page.locator(PRESSED).count()):
            try:
                page.locator(PRESSED).nth(number).click(timeout=1000)
                pressed += 1
            except Error:
                continue  # covered or gone: a robot goes on
            finally:
                page.goto(address)
            if pressed and time.monotonic() > deadline:
                return pressed
        if time.monotonic() > deadline:
            return pressed


@pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"])
def test_the_rows_that_are_compared_show_a_press_with_a_choice(client: Client) -> None:
    door = doors.consent()
    before = doors.rows()
    assert door.still_opens()
    assert doors.rows() != before
