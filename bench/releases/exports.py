"""The annotations of a release as tables, and what another server makes of as many annotations in the same run."""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from bench.annotators import label_studio
from bench.bars import ANNOTATIONS_MB, ANNOTATIONS_PEAK_MB, ANNOTATIONS_SECONDS, Bars, Beside
from bench.releases import peer
from deploy.local.state import CHECKOUT
from releases.models import Release

MB: Final = 1e6
_KINDS: Final = ("JSON", "COCO")


@dataclass(frozen=True, slots=True)
class Exported:
    """One export of so many photos' annotations: seconds, its own CPU's among them, MB written, most memory in MB."""

    photos: int
    seconds: float
    written: float
    peak: float
    cpu: float

    def __str__(self) -> str:
        """For a line of a table."""
        taken = f"{self.seconds:7.1f} s, CPU {self.cpu:.1f} s"
        return f"{self.photos:>9,} photos {taken}, {self.written:7.1f} MB, peak {self.peak:6.0f} MB"


def report(superuser: str, small: Exported, large: Exported, options: argparse.Namespace, bars: Bars) -> None:
    """Print ours, judged, and the other's where it is asked for, each of some of the photos and of all."""
    print("annotations exported, each in a process of its own, its memory with everything loaded:")
    print(f"  {'COCO and Parquet':<22}{small}")
    judged = bars.at_most("seconds of an export", large.seconds, ANNOTATIONS_SECONDS, "s")
    judged += bars.at_most("size of an export", large.written, ANNOTATIONS_MB, "MB")
    judged += bars.at_most("memory of an export", large.peak, ANNOTATIONS_PEAK_MB, "MB")
    print(f"  {'COCO and Parquet':<22}{large}{judged}")
    _growth(small, large)
    if options.beside:
        with label_studio.serving(superuser) as there:
            beside = [_beside(there, each, options.beside_seconds) for each in (small, large)]
        for kind in _KINDS:
            less, more = (found[kind] for found in beside)
            if less and more:
                print(f"  Label Studio's {kind}:", end="")
                _growth(less, more)
                times = Beside(f"Label Studio's {kind}", large.seconds / more.seconds)
                bars.note(f"seconds of an export, beside Label Studio's {kind}", large.seconds, "s", beside=times)


def ours(release: Release) -> Exported:
    """What the tables of a frozen release cost, in a process of their own."""
    command = [sys.executable, "-m", "bench.releases.exporting", str(release.pk)]
    told = json.loads(subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE).stdout)
    size = sum(told["bytes"].values()) / MB
    return Exported(release.items.count(), told["seconds"], size, told["peak_mb"], told["cpu"])


def _beside(there: label_studio.LabelStudio, here: Exported, limit: float) -> dict[str, Exported | None]:
    peer.fill_read(there, here.photos // label_studio.IMPORTED * label_studio.IMPORTED or here.photos)
    return {kind: _theirs(there, kind, here, limit) for kind in _KINDS}


def _theirs(there: label_studio.LabelStudio, kind: str, here: Exported, limit: float) -> Exported | None:
    name = f"Label Studio's {kind}"
    told = peer.exported(there, kind, limit)
    if told is None:
        print(f"  {name:<22}{here.photos:>9,} photos: not within {limit:.0f} s")
        return None
    found = Exported(here.photos, told.seconds, told.written / MB, told.peak_mb, told.cpu)
    times, size = found.seconds / here.seconds, found.written / here.written
    print(
        f"  {name:<22}{found}: {times:.1f} x the time, {size:.1f} x the size, {found.peak / here.peak:.1f} x the memory"
    )
    return found


def _growth(small: Exported, large: Exported) -> None:
    photos, seconds = large.photos / small.photos, large.seconds / small.seconds
    print(f"  {photos:.1f} x the photos take {seconds:.1f} x the time and {large.peak / small.peak:.1f} x the memory")
