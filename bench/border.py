"""How well and how fast the border of a print is found: nine kinds of borders around ten ordinary photographs."""

import statistics
import time

from contributions.decoder.border import found_in
from tests.decoder.prints import CASES, NAMES, overlap, source


def main() -> None:
    """Print for each kind the mean overlap with the truth, how many photos reach 0.95, frames told, and the time."""
    print(f"frames of prints, {len(NAMES)} photos a row; overlap = both / either:")
    print(f"  {'kind':<20}{'overlap':>8}{'>= 0.95':>9}{'frames':>8}{'ms':>6}")
    for kind, make in CASES.items():
        overlaps, milliseconds, told = [], [], 0
        for seed, name in enumerate(NAMES):
            picture, truth = make(source(name), seed)
            begun = time.perf_counter()
            frame = found_in(picture)
            milliseconds.append(1000 * (time.perf_counter() - begun))
            overlaps.append(overlap(frame, truth))
            told += frame is not None
        good = sum(value >= 0.95 for value in overlaps)
        mean, middle = statistics.mean(overlaps), statistics.median(milliseconds)
        print(f"  {kind:<20}{mean:>8.3f}{good:>9}{told:>8}{middle:>6.0f}")


if __name__ == "__main__":
    main()
