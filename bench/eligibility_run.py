"""What `bench.eligibility` measures, once the server runs and the settings stand."""

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from bench import eligibility_rows
from bench.bars import DECIDED_SECONDS, Bars, Beside
from bench.measured import timed
from contributions.models import Photo
from releases import actions
from releases.eligibility import Rules, changed, decided, funnel, verdicts
from releases.models import Audience, Readings, Release
from releases.queries import why
from screening.queries import servable

TIMES = 3
OWN, PARTNERS = Rules.usual(Audience.OWN), Rules.usual(Audience.PARTNERS)
STRICT = Rules(Audience.PARTNERS, PARTNERS.bases, with_nobody=False, readings=Readings.AGREED)


def run(superuser: str, bars: Bars, photos: int = 100_000) -> None:
    """Print and keep everything."""
    eligibility_rows.fill(superuser, photos)
    print(f"whether each of {photos:,} photos belongs to a release, best of {TIMES}:")
    bare = _line("bare count of the photos", Photo.objects.count, "yardstick")
    _line("those that may be shown", servable().count, "yardstick")
    for name, rules in (("own research", OWN), ("partners, read twice", STRICT)):
        seconds = _line(f"decided: {name}", partial(_count, decided(rules), "reason"))
        beside = Beside("a bare count of the photos", seconds / bare)
        judged = bars.at_most(f"decided: {name}", seconds, DECIDED_SECONDS, "s", beside=beside)
        print(f"    {sorted(funnel(rules).items())}{judged}")
        seconds = _line(f"as freezing writes it: {name}", partial(_count, verdicts(rules), "verdict", "reading_id"))
        beside = Beside("a bare count of the photos", seconds / bare)
        bars.at_most(f"decided as freezing writes it: {name}", seconds, DECIDED_SECONDS, "s", beside=beside)
        seconds = _line(f"funnel: {name}", partial(funnel, rules), "as a chart has it")
        bars.note(f"funnel: {name}", seconds, "s", beside=Beside("a bare count of the photos", seconds / bare))
    some = list(Photo.objects.order_by("?")[:100])
    seconds = _line("why, of 100 photos", lambda: len([why(photo, OWN) for photo in some]))
    print(f"    {seconds * 10:.1f} ms each")
    bars.note("why one photo belongs to it or not", seconds * 10, "ms")
    release = _drafted()
    seconds, frozen = timed(lambda: actions.freeze(release_id=release.pk, staff_id=_curator("b")))
    print(f"  {'frozen':<34}{seconds:6.2f} s, {frozen.items.count():,} photos with their public ids")
    bars.note("frozen", seconds, "s")
    _line("asked whether it changed", lambda: changed(frozen) or "no")


def _count(rows: QuerySet[Any], *told: str) -> int:
    return sum(1 for _row in rows.values_list("pk", *told).all())


def _drafted() -> Release:
    return actions.draft(audience=OWN.audience, bases=OWN.bases, with_nobody=False, staff_id=_curator("a"))


def _curator(name: str) -> Any:
    return get_user_model().objects.create(email=f"{name}@example.org", name=name).pk


def _line(name: str, work: Callable[[], object], told: object = "") -> float:
    """Do it some times; prints and returns the best of the seconds."""
    seconds, answer = [], None
    for _ in range(TIMES):
        begun = perf_counter()
        answer = work()
        seconds.append(perf_counter() - begun)
    print(f"  {name:<34}{min(seconds):6.2f} s, {told or answer}")
    return min(seconds)
