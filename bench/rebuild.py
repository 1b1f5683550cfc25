"""How fast a photo is rebuilt in the confined child, beside a bare loop over the same codec (F7: at least 0.85 x)."""

import statistics
import time
from collections.abc import Callable
from io import BytesIO

import django
from PIL import Image

django.setup()

from bench.bars import REBUILD_SPEED, Bars, Beside  # noqa: E402 -- after the settings
from bench.figure import Figure  # noqa: E402
from contributions.decoder import client  # noqa: E402
from tests.pictures import phone_jpeg  # noqa: E402

PAIRS = 15
LOOP = "a bare loop over the codec"


def bare(data: bytes) -> list[bytes]:
    """Decode, and encode the same four pictures with the same qualities: nothing that a rebuild could leave out."""
    picture = Image.open(BytesIO(data)).convert("RGB")
    files = [BytesIO()]
    picture.save(files[0], "JPEG", quality=92, subsampling="4:4:4")
    for side in (2048, 1024, 400):
        picture = picture.copy()
        picture.thumbnail((side, side))
        files.append(BytesIO())
        picture.save(files[-1], "JPEG", quality=85)
    return [file.getvalue() for file in files]


def seconds(work: Callable[[bytes], object], data: bytes) -> float:
    """Wall-clock seconds of one call."""
    begun = time.perf_counter()
    work(data)
    return time.perf_counter() - begun


def check_same(data: bytes) -> None:
    """Raise SystemExit unless the loop's four pictures are the rebuild's, pixel for pixel."""
    made = client.rebuild(data)
    for ours, theirs in zip((made.photo, made.rendition, made.preview, made.thumbnail), bare(data), strict=True):
        if Image.open(BytesIO(ours)).tobytes() != Image.open(BytesIO(theirs)).tobytes():
            raise SystemExit("the loop does not do what the rebuild does")


def measure(scale: int = PAIRS) -> list[Figure]:
    """So many pairs."""
    return _judged(scale).figures


def _judged(pairs_wanted: int) -> Bars:
    """Print the medians over pairs that were measured one after the other."""
    data = phone_jpeg()
    check_same(data)
    pairs = [(seconds(bare, data), seconds(client.rebuild, data)) for _ in range(pairs_wanted)]
    client.stop()
    loops, rebuilds = zip(*pairs, strict=True)
    ratio = statistics.median(loop / rebuild for loop, rebuild in pairs)
    bars = Bars()
    print(f"rebuild of a 12-megapixel JPEG, medians of {pairs_wanted} pairs:")
    print(f"  bare codec loop {statistics.median(loops):.3f} s (yardstick)")
    print(f"  confined child  {statistics.median(rebuilds):.3f} s")
    bars.note("rebuild of a 12-megapixel JPEG", statistics.median(rebuilds), "s", beside=Beside(LOOP, 1 / ratio))
    speed = bars.at_least("speed of a rebuild", ratio, REBUILD_SPEED, "x", beside=Beside(LOOP, ratio))
    print(f"  speed           {ratio:.2f} x the loop{speed}")
    return bars


if __name__ == "__main__":
    _judged(PAIRS).finish()
