"""`python -m bench.annotators [--sizes 1000,10000] [--workers 1,8,32] [--beside label_studio]`.

Next and submit at so many photos that wait, by so many annotators at once, on a PostgreSQL of its own: medians of
`--repeat` runs, each of at most `--loops` photos and `--seconds`. Image bytes apart.
"""

import argparse
import signal
import sys
from importlib import import_module

import django

from bench import log_server


def _numbers(told: str) -> list[int]:
    return [int(word) for word in told.split(",")]


def _options() -> argparse.Namespace:
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
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    # Whoever ends it early leaves no server running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    sys.exit(import_module("bench.annotators.run").main(superuser, options))
