"""What `bench.pages` measures, once the server runs and the settings stand."""

import time
from typing import Final

from bench import bare_page
from bench.annotators import ours
from bench.annotators.client import Client
from bench.annotators.ours import Ours
from bench.bars import LANDING_MS, STAFF_PAGE_MS, Bars, Beside
from bench.pages import visitors
from bench.pages.visitors import Page

TIMES: Final = 40
# Each thread of the server prepares what it asks often.
WARM: Final = 8


def run(superuser: str, bars: Bars, photos: int = 10_000) -> None:
    """Print and keep the median and the 95th percentile of every page."""
    with ours.serving(superuser) as site, bare_page.serving() as bare:
        site.fill(photos)
        hello = bare_page.percentile(bare_page.milliseconds(bare), 50)
        print(f"pages at {photos:,} photos, one visitor, ms: median, p95 of {TIMES}; times a bare page")
        print(f"  {'a bare page (yardstick)':<36}{hello:7.1f}")
        bars.note("a bare page, p50", hello, "ms")
        for page in _pages(site):
            _one(page, hello, bars)


def _pages(site: Ours) -> list[Page]:
    return [*visitors.public(site), *visitors.contributors(site), *visitors.staff(site)]


def _one(page: Page, hello: float, bars: Bars) -> None:
    taken, size = _milliseconds(page.client, page.path)
    middle, slow = (bare_page.percentile(taken, share) for share in (50, 95))
    bars.note(f"{page.name}, p50", middle, "ms", beside=Beside("a bare page", middle / hello))
    bar = STAFF_PAGE_MS if page.is_staff else LANDING_MS
    judged = bars.at_most(f"{page.name}, p95", slow, bar, "ms")
    print(f"  {page.name:<36}{middle:7.1f}{slow:7.1f}  {size / 1000:5.0f} kB, {middle / hello:5.1f} x{judged}")


def _milliseconds(client: Client, path: str) -> tuple[list[float], int]:
    """Of each time, and the bytes of the page. Raises Refused when it is not a page, or leads to another."""
    for _time in range(WARM):
        client.get(path, 200)
    taken, size = [], 0
    for _time in range(TIMES):
        begun = time.monotonic()
        size = len(client.get(path, 200)[1])
        taken.append(1000 * (time.monotonic() - begun))
    client.close()
    return taken, size
