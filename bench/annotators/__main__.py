"""`python -m bench.annotators [--sizes 1000,10000] [--workers 1,8,32] [--beside label_studio]`.

Next and submit at so many photos that wait, by so many annotators at once, on a PostgreSQL of its own: medians of
`--repeat` runs, each of at most `--loops` photos and `--seconds`. Image bytes apart.
"""

import argparse
import os
from collections.abc import Sequence
from typing import Final

from bench import served
from bench.figure import Figure

HAND_OUTS: Final = 10_000
# In a longer queue only "next" is asked for: what else a call costs does not hang on the queue.
BESIDE_TO: Final = 100_000


def _numbers(told: str) -> list[int]:
    return [int(word) for word in told.split(",") if word]


def _options(told: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=_numbers, default=[1, 8, 32])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--loops", type=int, default=320, help="photos in one run, by all annotators")
    parser.add_argument("--seconds", type=float, default=60, help="limit of one run")
    parser.add_argument("--beside", choices=["label_studio"], help="another server measured in the same run")
    parser.add_argument("--beside-loops", type=int, default=96, help="photos in one run of the other server")
    parser.add_argument("--beside-sizes", type=_numbers, help="sizes at which the other is measured; as --sizes")
    parser.add_argument("--hand-outs", type=int, default=0, help="so many to 32 annotators, to look for doubles")
    parser.add_argument("--far", type=int, default=0, help="next in a queue so long, beside one of 1,000")
    return parser.parse_args(told)


def measure(scale: int) -> list[Figure]:
    """With so many photos that wait; beside Label Studio where MPM_PEERS names an installation."""
    told = ["--sizes", str(scale), "--workers", "1,32", "--hand-outs", str(min(scale, HAND_OUTS))]
    if scale > BESIDE_TO:
        told = ["--sizes", "", "--far", str(scale)]
    elif "MPM_PEERS" in os.environ:
        told += ["--beside", "label_studio"]
    return served.judged("bench.annotators.run", _options(told)).figures


if __name__ == "__main__":
    served.judged("bench.annotators.run", _options()).finish()
