"""What a photo costs a worker from its bytes to its verdict, step by step, on one core; and the worker's memory.

`python -m bench.screening [HASHES [PHOTOS [FILES]]]`, on a PostgreSQL of its own: a known list of so many hashes
(1,000,000), a collection of so many photos (100,000) to compare with, and so many files (9) of 12 megapixels.
"""

import os
import sys

from bench import served
from bench.bars import Bars
from bench.figure import Figure

# The size at which the bars stand.
JUDGED_AT = 1_000_000
# Nobody is to be woken: the steps are done here, one by one.
SETTINGS = {"MPM_BROKER_URL": "memory://"}
DEFAULTS = (1_000_000, 100_000, 9)


def measure(scale: int) -> list[Figure]:
    """So many real files, with a list a thousand times as long and a hundred times as many photos to compare with."""
    return _judged(1_000 * scale, 100 * scale, scale).figures


def _judged(hashes: int, photos: int, files: int) -> Bars:
    # The worker, its decoding child and the database share one core; the server's processes inherit it.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return served.judged("bench.screening_run", hashes, photos, files, judges=hashes <= JUDGED_AT, settings=SETTINGS)


if __name__ == "__main__":
    hashes, photos, files = (*served.numbers(), *DEFAULTS[len(sys.argv) - 1 :])
    _judged(hashes, photos, files).finish()
