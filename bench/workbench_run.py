"""What `bench.workbench` measures, once the server runs and the settings stand."""

import os
import statistics
from contextlib import ExitStack
from typing import Final

from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from bench.annotators import ours
from bench.annotators.client import Client
from bench.bars import SHOWN_MS, Bars
from deploy.local import chromium
from deploy.local.state import CHECKOUT, State
from deploy.local.valkey import Valkey
from tests.browsers import FLAGS
from tests.builders import given
from tests.pictures import phone_jpeg

PATIENCE_MS: Final = 60_000
# From the key until two frames after another picture stands there, whole: then it was painted.
_WATCH: Final = """() => {
  window.shownAfter = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "a") return;
    const begun = performance.now();
    const picture = () => document.querySelector("[data-photo-here] img");
    const before = picture();
    const look = () => {
      const now = picture();
      if (!now || now === before || !now.complete) return requestAnimationFrame(look);
      requestAnimationFrame(() => window.shownAfter.push(performance.now() - begun));
    };
    requestAnimationFrame(look);
  }, true);
}"""
_LOADED: Final = """(least) =>
  performance.getEntriesByType("resource").filter(({ name }) => name.includes("/image/")).length >= least
"""


def run(superuser: str, bars: Bars, photos: int = 12) -> None:
    """Print and keep the median and the worst."""
    # Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    valkey = Valkey(State(CHECKOUT / "var" / "bench"))
    with ExitStack() as stack:
        # Giving a photo tells workers, who are not there, of it.
        stack.callback(valkey.stop)
        valkey.start()
        site = stack.enter_context(ours.serving(superuser))
        given(*(phone_jpeg(2400, 1800 - 8 * number) for number in range(photos))).agree()
        (client,) = site.clients(1)
        times = _shown_after(site.port, client, photos)
    middle = statistics.median(times)
    judged = bars.at_most("the next photo on the screen", middle, SHOWN_MS, "ms")
    print(f"the next photo, loaded ahead, is on the screen after {middle:.0f} ms, median of {len(times)}{judged}")
    print(f"  at worst after {max(times):.0f} ms")
    bars.note("the next photo on the screen, at worst", max(times), "ms")


def _shown_after(port: int, client: Client, photos: int) -> list[float]:
    """Milliseconds from the key to the next photo, for all but the last three, after which nothing is loaded ahead."""
    path = chromium.find()
    if path is None:
        raise SystemExit("no Chromium was found")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    site = f"http://localhost:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in client.cookies.items()])
        page = context.new_page()
        page.goto(site + reverse("annotation:workbench"))
        page.get_by_role("button", name="Start").press("Enter")
        page.evaluate(_WATCH)
        for number in range(photos - 3):
            _answer(page, number)
        times: list[float] = page.evaluate("window.shownAfter")
        browser.close()
    return times


def _answer(page: Page, number: int) -> None:
    """As the contributor said, once the next photo was loaded and somebody had time to look at this one."""
    page.locator(".mark").first.wait_for()
    page.wait_for_function(_LOADED, arg=number + 2)
    page.wait_for_timeout(1000)
    page.keyboard.press("a")
    page.wait_for_function("(number) => window.shownAfter.length > number", arg=number)
