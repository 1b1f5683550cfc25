"""How well and how fast the border of a print is found: nine kinds of borders around ten ordinary photographs."""

import statistics
import time

from bench.bars import Bars
from bench.figure import Figure
from contributions.decoder.border import found_in
from tests.decoder.prints import CASES, NAMES, overlap, source


def measure(scale: int = len(NAMES)) -> list[Figure]:
    """Print for so many photos of each kind the overlap with the truth, those that reach 0.95, and the time."""
    bars, names = Bars(), NAMES[:scale]
    print(f"frames of prints, {len(names)} photos a row; overlap = both / either:")
    print(f"  {'kind':<20}{'overlap':>8}{'>= 0.95':>9}{'frames':>8}{'ms':>6}")
    for kind, make in CASES.items():
        overlaps, milliseconds, told = [], [], 0
        for seed, name in enumerate(names):
            picture, truth = make(source(name), seed)
            begun = time.perf_counter()
            frame = found_in(picture)
            milliseconds.append(1000 * (time.perf_counter() - begun))
            overlaps.append(overlap(frame, truth))
            told += frame is not None
        good = sum(value >= 0.95 for value in overlaps)
        mean, middle = statistics.mean(overlaps), statistics.median(milliseconds)
        print(f"  {kind:<20}{mean:>8.3f}{good:>9}{told:>8}{middle:>6.0f}")
        bars.note(f"{kind}: overlap with the truth", mean, "")
        bars.note(f"{kind}: a look", middle, "ms")
    return bars.figures


if __name__ == "__main__":
    measure()
