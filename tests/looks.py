"""Each page as people meet it: three languages, light and dark, a narrow phone, a desk, text of twice the size.

`make test` gives each page the next of the looks in turn; `make soak` gives every page every look.
"""

from dataclasses import dataclass, field
from itertools import product
from typing import Literal
from zlib import crc32

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.axe import violations

IN_TURN_OR_ALL = pytest.mark.parametrize(
    "every", [pytest.param(False, id="in turn"), pytest.param(True, id="all", marks=pytest.mark.soak)]
)
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Look:
    """One way to meet a page: `width` in CSS pixels, `text` how many times its size."""

    language: str
    scheme: Scheme
    width: int
    text: int

    def __str__(self) -> str:
        return f"{self.language}, {self.scheme}, {self.width} px, text x {self.text}"


_SCREENS = ((320, 1), (390, 2), (1280, 1))
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_LANGUAGES = ("en", "nl", "sv")
# Neighbours differ in everything, so that few pages in turn meet much.
LOOKS = [
    Look(_LANGUAGES[at % 3], _SCHEMES[at % 2], *_SCREENS[(at // 3 + at) % 3])
    for at in range(len(_LANGUAGES) * len(_SCHEMES))
]
EVERY = [Look(language, scheme, *screen) for language, scheme, screen in product(_LANGUAGES, _SCHEMES, _SCREENS)]


@dataclass
class Looks:
    """What is wrong with the pages that were shown so far, by page and look. `every`: each page in every look.

    `start` is where the turn begins: something that differs from test to test.
    """

    page: Page
    every: bool = False
    start: str = ""
    wrong: dict[str, list[object]] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        self.seen = crc32(self.start.encode()) % len(LOOKS)

    def visit(self, address: str, path: str = "") -> None:
        """Open a page of the site at `address` and look at it, in the looks' own languages."""
        for look in self._turn():
            self._set(look)
            self.page.context.add_cookies(
                [{"name": settings.LANGUAGE_COOKIE_NAME, "value": look.language, "url": address}]
            )
            self.page.goto(address + path)
            self._check(path or address, look)

    def see(self, name: str) -> None:
        """Look at the page as it stands, in its language: one that cannot be opened again."""
        self.page.locator("body").wait_for()  # a page on its way has no document yet
        self.page.wait_for_load_state()
        for look in self._turn():
            self._set(look)
            self._check(name, look)

    def _turn(self) -> list[Look]:
        if self.every:
            return EVERY
        self.seen += 1
        return [LOOKS[self.seen % len(LOOKS)]]

    def _set(self, look: Look) -> None:
        self.page.emulate_media(color_scheme=look.scheme)
        self.page.set_viewport_size({"width": look.width, "height": 800})

    def _check(self, name: str, look: Look) -> None:
        self.page.evaluate("times => { document.documentElement.style.fontSize = `${times * 100}%`; }", look.text)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        headings = self.page.locator("h1:visible").count()
        broken = violations(self.page)
        self.page.evaluate("document.documentElement.style.removeProperty('font-size')")
        if wide > look.width or headings != 1 or broken:
            self.wrong[f"{name} ({look})"] = [wide, headings, *broken]
