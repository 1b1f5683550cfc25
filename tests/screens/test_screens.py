"""`make screens`: a picture of every screen of giving, at a phone's and a desk's width, into docs/screens/."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.contributions import walk

FOLDER = Path(settings.BASE_DIR, "docs", "screens")
SCREENS = {"390": (390, 844), "1280": (1280, 800)}
# Of the states that the way passes through, those that the page of screens shows.
SHOWN = (
    "landing", "before-you-start", "choose", "mark", "age-and-who", "marked", "photos", "review", "check-your-mail",
    "notice-and-choice", "thank-you", "manage", "withdraw", "invited",
)  # fmt: skip
HIGHEST = 2600

pytestmark = pytest.mark.screens


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", list(SCREENS))
def test_every_screen_is_drawn(browser: Browser, live: str, screen: str, scheme: str) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=screen == "390",
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    page, drawn = context.new_page(), set[str]()
    for way in (walk.gives, walk.answers, walk.is_invited):
        way(page, live, _drawing(page, f"{screen}-{scheme}", drawn))
    context.close()
    assert set(SHOWN) <= drawn


def _drawing(page: Page, end: str, drawn: set[str]) -> Callable[[str], None]:
    def draw(name: str) -> None:
        drawn.add(name)
        if name in SHOWN:
            picture = Image.open(io.BytesIO(page.screenshot(full_page="age" not in name, animations="disabled")))
            few = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HIGHEST))).quantize(96)
            FOLDER.mkdir(exist_ok=True)
            few.save(FOLDER / f"{name}-{end}.png", optimize=True)

    return draw
