"""What `bench.load` measures, once the site runs and the settings stand."""

import threading
import time
from typing import Final
from urllib.parse import urlsplit

from bench.annotators.client import Client
from bench.annotators.ours import Ours
from bench.bare_page import percentile
from bench.bars import LANDING_MS, STAFF_PAGE_MS, Bars, Beside
from bench.load import desks, givers
from bench.load.seen import Seen
from bench.phone_photos import phone_photo
from bench.slow_upload import phone
from bench.uploads import first_page

ANNOTATORS: Final = 32
GIVERS: Final = 8
FILES: Final = 24
# So long one annotator is alone with the site.
ALONE_SECONDS: Final = 15
LANDING: Final = "landing page"
LANDING_PAUSE: Final = 1.0
PHONES, RATE = 64, 50_000
# Photos that wait: what one annotator can read in a second, at the most, and some for the beginning.
_A_SECOND, _MORE = 0.3, 500


def run(superuser: str, address: str, web: int, bars: Bars, seconds: int) -> None:
    """Print and keep everything."""
    site = Ours(superuser, urlsplit(address).port or 80, web)
    site.fill(int(_MORE + _A_SECOND * ANNOTATORS * (seconds + ALONE_SECONDS)))
    files = [phone_photo(number) for number in range(FILES)]
    (first,) = site.clients(1)
    alone = Seen()
    desks.annotate(site, first, 0, time.monotonic() + min(seconds, ALONE_SECONDS), alone)
    seen = _together(site, files, seconds)
    _told(alone, seen, seconds, bars)
    _slow(site.port, bars)


def _together(site: Ours, files: list[bytes], seconds: int) -> Seen:
    seen, clients = Seen(), site.clients(ANNOTATORS)
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=desks.annotate, args=(site, client, number, until, seen))
        for number, client in enumerate(clients)
    ]
    threads += [
        threading.Thread(target=givers.send, args=(site.port, number, files, until, seen)) for number in range(GIVERS)
    ]
    threads.append(threading.Thread(target=_landing, args=(site.port, until, seen)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _landing(port: int, until: float, seen: Seen) -> None:
    """Somebody who has just come, once a second."""
    while time.monotonic() < until:
        client = Client(port, headers={"Host": f"localhost:{port}"})
        seen.timed(LANDING, lambda: client.get("/", 200))  # noqa: B023 -- done at once
        client.close()
        time.sleep(LANDING_PAUSE)


def _told(alone: Seen, seen: Seen, seconds: int, bars: Bars) -> None:
    print(f"{ANNOTATORS} annotators and {GIVERS} givers for {seconds} s, ms: how many, median, p95, worst")
    print(f"  {'one annotator alone (yardstick)':<34}{alone.line(*desks.KINDS)}")
    bare, slow = (percentile(each.of(*desks.KINDS), 95) for each in (alone, seen))
    judged = bars.at_most(
        "staff's pages and calls, p95", slow, STAFF_PAGE_MS, "ms", beside=Beside("one annotator alone", slow / bare)
    )
    print(f"  {'staff, all':<34}{seen.line(*desks.KINDS)}{judged}")
    for kind in (*desks.KINDS, LANDING, givers.UPLOAD, givers.STATE, givers.READY):
        print(f"  {kind:<34}{seen.line(kind)}")
    for kind in desks.KINDS:
        bars.note(f"staff's {kind}, p95", percentile(seen.of(kind), 95), "ms")
    landing = percentile(seen.of(LANDING), 95)
    print(f"  landing page{bars.at_most('landing page, p95', landing, LANDING_MS, 'ms')}")
    bars.note("a photo taken in over HTTP, p95", percentile(seen.of(givers.UPLOAD), 95), "ms")
    bars.note("a photo from its sending to its check, p50", percentile(seen.of(givers.READY), 50) / 1000, "s")
    bars.note("photos read", len(seen.of(desks.SUBMIT)) / seconds, "a second")
    bars.note("photos taken in", len(seen.of(givers.UPLOAD)) / seconds, "a second")
    wrong = seen.errors.total()
    print(f"  errors: {wrong}{bars.at_most('errors', wrong, 0, 'errors')}")
    for words, times in seen.errors.most_common(5):
        print(f"    {times} x {words}")


def _slow(port: int, bars: Bars) -> None:
    phones = [phone(f"127.0.0.{number}", port) for number in range(10, 10 + PHONES)]
    slow, line = first_page("landing page", port, phones, RATE)
    name = f"landing page while {PHONES} phones send at {RATE // 1000} kB/s, p95"
    print(line + bars.at_most(name, slow, LANDING_MS, "ms"))
