"""How fast a photo is rebuilt in the confined child, beside a bare loop over the same codec (F7: at least 0.85 x)."""

import statistics
import time
from collections.abc import Callable
from io import BytesIO

import django
from PIL import Image

django.setup()

from contributions.decoder import client  # noqa: E402 -- after the settings
from tests.pictures import phone_jpeg  # noqa: E402

PAIRS = 9


def bare(data: bytes) -> None:
    """Decode, and encode the same four pictures with the same qualities: nothing that a rebuild could leave out."""
    picture = Image.open(BytesIO(data)).convert("RGB")
    picture.save(BytesIO(), "JPEG", quality=92, subsampling="4:4:4")
    for side in (2048, 1024, 400):
        picture = picture.copy()
        picture.thumbnail((side, side))
        picture.save(BytesIO(), "JPEG", quality=85)


def seconds(work: Callable[[bytes], object], data: bytes) -> float:
    """Wall-clock seconds of one call."""
    begun = time.perf_counter()
    work(data)
    return time.perf_counter() - begun


def main() -> None:
    """Print the medians over pairs that were measured one after the other."""
    data = phone_jpeg()
    client.rebuild(data)
    pairs = [(seconds(bare, data), seconds(client.rebuild, data)) for _ in range(PAIRS)]
    client.stop()
    loops, rebuilds = zip(*pairs, strict=True)
    ratio = statistics.median(loop / rebuild for loop, rebuild in pairs)
    print(f"rebuild of a 12-megapixel JPEG, medians of {PAIRS} pairs:")
    print(f"  bare codec loop {statistics.median(loops):.3f} s")
    print(f"  confined child  {statistics.median(rebuilds):.3f} s")
    print(f"  speed           {ratio:.2f} x the loop")


if __name__ == "__main__":
    main()
