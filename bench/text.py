"""Text on prints: what is found on captioned photographs, what on clean ones, how long it takes, and how much memory.

Beside it, in the same process, the bare library call on the same pixels. Captions are drawn in a computer's letters;
real handwriting is not measured.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import django
import numpy as np
from PIL import Image, ImageDraw, ImageFont

django.setup()

from annotation.boxes import Seen  # noqa: E402 -- after the settings
from annotation.suggesting import text  # noqa: E402
from bench.bars import READING_SPEED, TEXT_WORKER_MB, Bars, Beside  # noqa: E402
from bench.figure import Figure  # noqa: E402
from bench.measured import measured  # noqa: E402
from contributions.queries import Pixels  # noqa: E402
from tests.pictures import picture  # noqa: E402

ROUNDS = 5
LIBRARY = "the bare library call"
NAMES = ("astronaut", "cat", "coffee", "rocket")
# The astronaut carries name tags of her own: text is there.
CLEAN = ("cat", "coffee", "rocket")
CAPTIONS = ("Anna and Jon, summer 1994", "Kerst bij oma", "Midsommar, Öland")


def measure(_scale: int = 0) -> list[Figure]:
    """On the few captioned prints that there are."""
    return _judged().figures


def _judged() -> Bars:
    """Print and keep what was found and what it cost."""
    cost = measured(_work)
    flagged, read, clean, ours, bare = cost.result
    ratio = statistics.median(theirs / own for own, theirs in zip(ours, bare, strict=True))
    bars = Bars()
    there = len(NAMES) * len(CAPTIONS)
    print(f"text on prints of at most {text.SIDE} px, one thread, {len(ours)} pairs:")
    print(f"  captions found  {flagged} of {there}, read to the letter {read}")
    print(f"  photos without  {clean} of {len(CLEAN)} with something found")
    print(f"  bare library    {1000 * statistics.median(bare):.0f} ms (yardstick)")
    speed = bars.at_least("speed of reading prints", ratio, READING_SPEED, "x", beside=Beside(LIBRARY, ratio))
    bars.note("a print read", 1000 * statistics.median(ours), "ms", beside=Beside(LIBRARY, 1 / ratio))
    print(f"  as a suggestion {1000 * statistics.median(ours):.0f} ms, {ratio:.2f} x the library{speed}")
    memory = bars.at_most("memory of reading prints", cost.peak_mb, TEXT_WORKER_MB, "MB")
    print(f"  memory          {cost.peak_mb:.0f} MB with the models loaded{memory}")
    bars.note("captions found", 100 * flagged / there, "%")
    return bars


def _work() -> tuple[int, int, int, list[float], list[float]]:
    engine = text.engine()
    ours: list[float] = []
    bare: list[float] = []
    flagged = read = clean = 0
    for number, (photo, caption) in enumerate(_captioned()):
        pixels = Pixels(*photo.size, photo.tobytes())
        array = np.ascontiguousarray(np.asarray(photo)[:, :, ::-1])
        for each in range(ROUNDS):
            pair: list[tuple[list[float], Callable[[Any], Any], Any]]
            pair = [(ours, text.find, pixels), (bare, engine, array)]
            # In turns, so that neither always finds what the other left warm.
            for times, call, seen_by in pair if (each + number) % 2 else reversed(pair):
                _timed(times, call, seen_by)
        seen: list[Seen] = text.find(pixels)
        flagged += any(one.box.top > 0.7 for one in seen)
        read += any(one.words == caption for one in seen)
    for name in CLEAN:
        photo = picture(name, 400, 300)
        clean += bool(text.find(Pixels(*photo.size, photo.tobytes())))
    return flagged, read, clean, ours, bare


def _captioned() -> Iterator[tuple[Image.Image, str]]:
    font = ImageFont.load_default(size=30)
    for name in NAMES:
        for caption in CAPTIONS:
            print_of = Image.new("RGB", (640, 480), (244, 239, 226))
            print_of.paste(picture(name, 400, 300).resize((600, 380)), (20, 20))
            ImageDraw.Draw(print_of).text((40, 420), caption, fill=(40, 40, 60), font=font)
            yield print_of, caption


def _timed(times: list[float], call: Callable[[Any], Any], photo: object) -> None:
    begun = time.perf_counter()
    call(photo)
    times.append(time.perf_counter() - begun)


if __name__ == "__main__":
    _judged().finish()
