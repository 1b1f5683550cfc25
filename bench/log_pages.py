"""How long the desk's list and story queries take on a long log, whatever is asked for, and which index answers."""

import json
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from audit.queries import AUDITOR, Selection
from bench.bars import PAGE_MS, Bars, Beside
from bench.log_entries import BEGIN, GIVER, NOTICE, OFTEN, RARE, STORY_IDS, YEAR, story_ids
from tests.cast import Member

TIMES = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """One page that an auditor may ask for."""

    name: str
    selection: Selection
    before: int | None = None
    oldest_first: bool = False

    def read(self) -> int:
        """The page as the desk reads it; the number of entries on it."""
        page = self.selection.page(before=self.before, oldest_first=self.oldest_first)
        return len([event.data for event in page.events])


def asked(count: int) -> list[Asked]:
    """Good and bad cases in a log of `count` entries."""
    half, day = count // 2, (BEGIN + YEAR / 3).date()
    late = (BEGIN + YEAR * 0.9).date()
    return [
        Asked("everything, newest", Selection()),
        Asked("everything, from the middle", Selection(), before=half),
        Asked("one day", Selection(first_day=day, last_day=day)),
        Asked("a common kind", Selection(action="photo:viewed")),
        Asked("a rare and old kind", Selection(action=RARE)),
        Asked("a rare and old kind, late days", Selection(action=RARE, first_day=late)),
        Asked("a kind that never happened", Selection(action="photo:lapsed")),
        Asked("a notice in 3 of 10 entries", Selection(mentioned=NOTICE)),
        Asked("who acted in 3 of 10, long ago", Selection(mentioned=OFTEN)),
        Asked("the same, in late days", Selection(mentioned=OFTEN, first_day=late)),
        Asked("the same, one kind", Selection(mentioned=OFTEN, action="person:marked")),
        Asked("the same, a kind it never did", Selection(mentioned=OFTEN, action=RARE)),
        Asked("the same, from the middle", Selection(mentioned=OFTEN), before=half),
        Asked("an id that nobody knows", Selection(mentioned="0" * 64)),
        Asked(f"a story of {len(story_ids())} ids", Selection(mentioned=story_ids()), oldest_first=True),
        Asked("the same with the busiest id", Selection(mentioned=[*story_ids(), OFTEN]), oldest_first=True),
        Asked("the same, one kind, one day", Selection(day, day, "photo:viewed", [*story_ids(), OFTEN])),
        Asked("one giver", Selection(mentioned=GIVER), oldest_first=True),
    ]


def report(count: int, bars: Bars) -> None:
    """Print, for each page, the median and worst of many reads, and the indexes in the plan of its query."""
    yardstick = milliseconds(lambda: Event.objects.using(AUDITOR).get(index=count // 2))
    print(f"pages at {count:,} entries, {TIMES} reads each, ms: median, worst; the indexes that answer")
    print(f"  {'one entry by its index (yardstick)':<36}{yardstick[0]:7.1f}{yardstick[1]:7.1f}")
    for page in asked(count):
        median, worst = milliseconds(page.read)
        beside = Beside("one entry by its index", median / yardstick[0])
        verdict = bars.at_most(page.name, median, PAGE_MS, "ms", beside=beside)
        print(f"  {page.name:<36}{median:7.1f}{worst:7.1f}  {page.read():3} entries; {plan(page)}{verdict}")
    _whole_pages(count, bars)


def _whole_pages(count: int, bars: Bars) -> None:
    """Those of a browser: session, permission, queries, sentences, template."""
    print("whole pages of the desk, ms")
    browser = _auditor()
    bare = 0.0
    for name, address in addresses(count).items():
        answer = browser.get(address)
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{address} answered {answer.status_code}")
        median, worst = milliseconds(lambda address=address: browser.get(address))  # type: ignore[misc]
        bare = bare or median
        beside = Beside("a page that reads no entry", median / bare)
        verdict = bars.at_most(name, median, PAGE_MS, "ms", beside=beside)
        print(f"  {name:<36}{median:7.1f}{worst:7.1f}  {len(answer.content) / 1000:.0f} kB{verdict}")


def addresses(count: int) -> dict[str, str]:
    """Pages of the desk, good and bad cases."""
    return {
        "a page that reads no entry (yardstick)": reverse("audit:integrity"),
        "overview": reverse("audit:desk"),
        "entries, newest": reverse("audit:entries"),
        "entries, from the middle": reverse("audit:entries", query={"before": count // 2}),
        "entries of a rare and old kind": reverse("audit:entries", query={"action": RARE}),
        "entries by who acted in 3 of 10": reverse("audit:entries", query={"mentioned": OFTEN}),
        "the story of a photo": reverse("audit:story", args=[story_ids()[1]]),
        f"a giver's story of {STORY_IDS} photos": reverse("audit:story", args=[GIVER]),
        "the story of who acted in 3 of 10": reverse("audit:story", args=[OFTEN]),
    }


def _auditor() -> Client:
    """A browser in which an auditor is signed in."""
    member = Member(User.objects.enrol(email="auditor@example.org", name="Auditor"))
    member.user.groups.add(Group.objects.get(name="auditor"))
    member.secret = generate_totp_secret()
    TOTP.activate(member.user, member.secret)
    RecoveryCodes.activate(member.user)
    member.client.defaults["HTTP_HOST"] = "localhost:8000"
    member.sign_in()
    return member.client


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """Median and longest time of many calls."""
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken), max(taken)


def plan(page: Asked) -> str:
    """How the queries of a page are planned: the scans, each with its index; a scan of a whole table stands out."""
    queries = [*page.selection.days()]
    queries.append(page.selection.keys(-1, page.before or 2**62, rising=page.oldest_first, limit=51))
    scans: list[str] = []
    with connections[AUDITOR].cursor() as cursor:
        for query in queries:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query.sql}", query.parameters)
            told = cursor.fetchone()[0]
            text = told if isinstance(told, str) else json.dumps(told)
            found = re.findall(
                r'"Node Type": "((?:Index|Seq|Bitmap)[^"]*)"[^{}]*?"(?:Index|Relation) Name": "(\w+)"', text
            )
            scans += [f"{kind} {name}" for kind, name in found]
    return ", ".join(dict.fromkeys(scans))
