"""What `bench.releases` measures, once the server runs and the settings stand."""

import argparse
import io
import shutil
from typing import Any, Final
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.models import F, Min, QuerySet
from django.db.models.functions import Greatest

from bench import bars as bar
from bench.bars import Bars
from bench.measured import parent_of, timed
from bench.releases import exports, leaving, rows, shards
from bench.releases.pictures import LEAST_BYTES, WIDE
from bench.releases.teams import CORES, together
from releases import actions, tasks
from releases.checking import checked
from releases.eligibility import Rules, decided, funnel, verdicts
from releases.models import Audience, Crop, Readings, Release

OWN: Final = Rules.usual(Audience.OWN)
# One photo in ten was read twice: a release of a tenth of the size, to see how a figure grows.
FEW: Final = Rules(OWN.audience, OWN.bases, with_nobody=False, readings=Readings.AGREED)
# A picture is sealed as a crop and in a shard; what is written anew comes on top.
BYTES_A_PHOTO: Final = 210_000
TIMES: Final = 3


def run(superuser: str, bars: Bars, options: argparse.Namespace) -> None:
    """Print and keep everything."""
    _check_room(options)
    for command in ("make_keys", "make_log_key"):
        call_command(command, stdout=io.StringIO())
    with psycopg.connect(superuser) as server:
        postmaster = parent_of(server.info.backend_pid)
    curators = [_curator(name) for name in "ab"]
    _pictures(superuser, options)
    _decided(bars)
    few, _seconds = _frozen(FEW, curators)
    small = exports.ours(few)
    actions.abort(release_id=few.pk, by="system", reason="withdrawn")
    release, seconds = _frozen(OWN, curators)
    bars.note("frozen", seconds, "s")
    shards.first(release, postmaster, bars)
    exports.report(superuser, small, exports.ours(release), options, bars)
    _published(release, curators)
    seconds, _ = timed(lambda: leaving.withdraw(superuser, leaving.some(release, options.withdrawn)))
    print(f"{options.withdrawn} photos withdrawn and dropped in {seconds:.1f} s")
    bars.note("a photo withdrawn and dropped", 1000 * seconds / options.withdrawn, "ms")
    after, _seconds = _frozen(OWN, curators)
    shards.following(release, after, bars)
    bars.note("tables and papers written", _finished(after), "s")
    _checked(after, bars)


def _check_room(options: argparse.Namespace) -> None:
    photos = 2 * options.photos + options.withdrawn * settings.RELEASE_SHARD_PHOTOS
    needed, free = photos * BYTES_A_PHOTO, shutil.disk_usage(settings.MEDIA_ROOT).free
    if needed > free:
        raise SystemExit(
            f"{needed / 1e9:.0f} GB are needed in {settings.MEDIA_ROOT}, and {free / 1e9:.0f} GB are free."
        )


def _pictures(superuser: str, options: argparse.Namespace) -> None:
    seconds, _ = timed(lambda: rows.fill(superuser, OWN, photos=options.photos, rebuilt=options.rebuilt))
    print(f"{options.photos:,} pictures made and sealed in {seconds:.0f} s, {options.rebuilt:,} by the real rebuild")
    seconds, _ = timed(lambda: together(tasks.cut_now))
    cut = Crop.objects.filter(cut_at__isnull=False)
    least = cut.aggregate(size=Min("sealed__size"), side=Min(Greatest(F("width"), F("height"))))
    print(f"  cut by {CORES} workers in {seconds:.1f} s; the smallest of all has {least['size']:,} bytes")
    if cut.count() != options.photos or least["size"] < LEAST_BYTES or least["side"] < WIDE:
        raise SystemExit(f"{cut.count()} pictures, the smallest {least}: not what was asked for")


def _decided(bars: Bars) -> None:
    def count(rows: QuerySet[Any], *told: str) -> int:
        return sum(1 for _row in rows.values_list("pk", *told))

    seconds, photos = min(timed(lambda: count(decided(OWN), "reason")) for _ in range(TIMES))
    fuller, _ = min(timed(lambda: count(verdicts(OWN), "verdict", "reading_id")) for _ in range(TIMES))
    judged = bars.at_most("decided", seconds, bar.DECIDED_SECONDS, "s")
    print(f"whether each of {photos:,} photos belongs to it: {seconds:.2f} s{judged}")
    judged = bars.at_most("decided with all that freezing writes", fuller, bar.DECIDED_SECONDS, "s")
    print(f"  with the readings and the grounds, as freezing writes them: {fuller:.2f} s{judged}")
    print(f"  {sorted(funnel(OWN).items())}")


def _frozen(rules: Rules, curators: list[UUID]) -> tuple[Release, float]:
    drafted = actions.draft(
        audience=rules.audience,
        bases=rules.bases,
        with_nobody=rules.with_nobody,
        readings=rules.readings,
        staff_id=curators[0],
    )
    seconds, release = timed(lambda: actions.freeze(release_id=drafted.pk, staff_id=curators[1]))
    print(f"frozen in {seconds:.1f} s: {release.items.count():,} photos, {release}")
    return release, seconds


def _finished(release: Release) -> float:
    seconds, done = timed(lambda: tasks.build_now(release.pk))
    if not done:
        raise SystemExit(f"{release} was not finished")
    print(f"  tables and papers written in {seconds:.1f} s")
    return seconds


def _published(release: Release, curators: list[UUID]) -> None:
    _finished(release)
    seconds, _ = timed(lambda: actions.publish(release_id=release.pk, staff_id=curators[0]))
    print(f"  published in {seconds:.1f} s")


def _checked(release: Release, bars: Bars) -> None:
    seconds, files = timed(lambda: list(checked(release)))
    bars.note("built again in memory", seconds, "s")
    other = [file for file in files if file.found != "same"]
    judged = bars.at_most("files that differ when built again", len(other), 0, "files")
    print(f"built again in memory in {seconds:.1f} s: {len(files)} files, {len(other)} differ{judged}")


def _curator(name: str) -> Any:
    return get_user_model().objects.create(email=f"{name}@example.org", name=name).pk
