"""Annotators as they work: a photo, some seconds of looking, an answer, and now and then another page."""

import time
from random import Random
from typing import Final

from django.urls import reverse

from bench.annotators.adapter import HandedOut
from bench.annotators.client import Client
from bench.annotators.ours import Ours
from bench.load.seen import Seen

NEXT, SUBMIT, PAGE = "next", "submit", "page"
KINDS: Final = (NEXT, SUBMIT, PAGE)
# Seconds that somebody looks at a photo: quicker than anybody reads, so that 32 are as many as a hundred.
LOOK: Final = (2.0, 6.0)
# One other page after so many photos.
PHOTOS_A_PAGE: Final = 5
PAGES: Final = ("accounts:staff_home", "annotation:workbench")


def annotate(site: Ours, client: Client, number: int, until: float, seen: Seen) -> None:
    """Work until a moment (monotonic seconds)."""
    chance = Random(number)  # noqa: S311
    _pause(chance.uniform(0, LOOK[1]), until)
    done = 0
    while time.monotonic() < until:
        if done % PHOTOS_A_PAGE == 0:
            page = reverse(PAGES[done // PHOTOS_A_PAGE % len(PAGES)])
            seen.timed(PAGE, lambda: client.get(page, 200))  # noqa: B023 -- done at once
        handed_out = seen.timed(NEXT, lambda: site.next(client))
        _pause(chance.uniform(*LOOK), until)
        if handed_out is not None:
            _answer(site, client, handed_out, seen)
        done += 1
    client.close()


def _answer(site: Ours, client: Client, handed_out: HandedOut, seen: Seen) -> None:
    seen.timed(SUBMIT, lambda: site.submit(client, handed_out))


def _pause(seconds: float, until: float) -> None:
    time.sleep(max(0.0, min(seconds, until - time.monotonic())))
