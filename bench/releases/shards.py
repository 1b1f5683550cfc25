"""Writing the shards of a release, beside a bare loop over the same crops, and those of the release after it."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from bench.bars import SHARD_SPEED, Bars, Beside
from bench.measured import cpu_of, timed
from bench.releases import bare
from bench.releases.teams import CORES, Team, in_turns, together
from releases import actions, build
from releases.models import Item, Release, Shard
from releases.queries.building import shards_to_write

MB: Final = 1e6
# Of fewer shards what is done once for each counts for more than what is done for a crop.
JUDGED_FROM: Final = 20


def first(release: Release, postmaster: int, bars: Bars) -> None:
    """Write all shards by turns with the bare loop."""
    _plan(release)
    crops = bare.shards_of(release)
    size = sum(crop.path.stat().st_size for shard in crops for crop in shard) / MB
    folder = Path(tempfile.mkdtemp(dir=settings.MEDIA_ROOT))
    ours, yardstick = Team(lambda: build.write_shards(release)), Team(bare.loop(crops, folder))
    before = cpu_of(postmaster)
    in_turns([yardstick, ours])
    database = cpu_of(postmaster) - before
    shutil.rmtree(folder)
    if shards_to_write(release).exists():
        raise SystemExit("a shard was not written")
    print(f"{len(crops)} shards of {size:,.0f} MB of crops, by {CORES} processes, in turns:")
    print(f"  bare unseal, hash, seal {size / yardstick.seconds:6.0f} MB/s, CPU {yardstick.cpu:.1f} s (yardstick)")
    print(
        f"  the real workers        {size / ours.seconds:6.0f} MB/s, CPU {ours.cpu:.1f} s + {database:.1f} s database"
    )
    ratio = yardstick.seconds / ours.seconds
    beside = Beside("a bare loop of unseal, hash, seal", ratio)
    bars.note("shards written", ours.seconds, "s", beside=Beside(beside.yardstick, 1 / ratio))
    judges, bars.judges = bars.judges, bars.judges and len(crops) >= JUDGED_FROM
    speed = bars.at_least("speed of shards", ratio, SHARD_SPEED, "x", beside=beside)
    bars.judges = judges
    print(f"  speed                   {ratio:6.2f} x{speed}")
    print(f"  by CPU alone            {yardstick.cpu / (ours.cpu + database):6.2f} x")


def following(before: Release, release: Release, bars: Bars) -> None:
    """Write what the next release needs: the shards that lost a photo, and no others."""
    closed = _held_by(before).filter(destroyed_at__isnull=False).count()
    whole = set(_held_by(before).filter(destroyed_at__isnull=True).values_list("pk", flat=True))
    _plan(release)
    written = shards_to_write(release).count()
    kept = len(whole & set(_held_by(release).values_list("pk", flat=True)))
    judged = bars.at_most("shards written anew", written, closed, "shards")
    judged += bars.at_least("shards that are used again", kept, len(whole), "shards")
    seconds, _ = timed(lambda: together(lambda: build.write_shards(release)))
    print(f"  {written} shards written anew in {seconds:.1f} s, {kept} used again{judged}")


def _plan(release: Release) -> None:
    seconds, planned = timed(lambda: actions.plan(release_id=release.pk))
    if planned is None:
        raise SystemExit(f"{release} was not planned")
    print(f"  planned in {seconds:.1f} s")


def _held_by(release: Release) -> QuerySet[Shard]:
    return Shard.objects.filter(Exists(Item.objects.filter(shard=OuterRef("pk"), release=release)))
