"""Pages of staff that no room's own test shows to a browser, with axe-core looking on."""

import pytest
from playwright.sync_api import BrowserContext

from tests.axe import violations
from tests.browsers import go_on_as
from tests.cast import Casting

PAGES = (
    ("officer", "/staff/screening/"),
    ("curator", "/staff/releases/"),
    ("curator", "/staff/releases/draft/"),
    ("lead", "/staff/stopped/"),
)


@pytest.mark.requirement("W5")
def test_axe_finds_nothing_on_pages_of_screening_and_of_a_release(
    desktop: BrowserContext, live: str, staff: Casting
) -> None:
    broken = {}
    for role, path in PAGES:
        desktop.clear_cookies()
        go_on_as(desktop, staff(role).client, live)
        page = desktop.new_page()
        page.goto(live + path)
        broken[path] = violations(page)
        page.close()
    assert broken == {path: [] for _role, path in PAGES}
