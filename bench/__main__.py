"""`python -m bench`: every benchmark at every size, its figures into var/bench-results/ and docs/benchmarks.md.

What was measured at this commit already is not measured again; an interrupted run goes on where it stopped. Without
room in `--hours` what is left is left for the next run. Ends with 1 when a bar was missed or a benchmark failed.
"""

import argparse
import signal
import sys

from bench import page, runner
from bench.catalogue import BENCHMARKS, NAMES
from bench.results import newest


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help="this one; may be repeated")
    parser.add_argument("--scale", action="append", type=int, default=[], help="this size alone; may be repeated")
    parser.add_argument("--hours", type=float, default=24, help="begin nothing afterwards, and end what runs then")
    parser.add_argument("--calm", type=float, default=120, help="wait at most so many seconds for a calm machine")
    parser.add_argument("--again", action="store_true", help="measure again what was measured at this commit")
    parser.add_argument("--list", action="store_true", help="name every benchmark with its sizes")
    parser.add_argument("--report", action="store_true", help="write docs/benchmarks.md from what is there")
    return parser.parse_args()


def main() -> int:
    """Do what the command line says; the exit code."""
    options = _options()
    if options.list:
        for benchmark in BENCHMARKS:
            sizes = ", ".join(f"{size:,}" for size in benchmark.sizes)
            print(f"{benchmark.name:<12}{f'{sizes} {benchmark.of}' if benchmark.of else '':<56}{benchmark.title}")
        return 0
    # Whoever ends it ends what is being measured.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = [one for one in BENCHMARKS if not options.only or one.name in options.only]
    gone_well = options.report or runner.run(chosen, options)
    page.write(newest())
    return 0 if gone_well else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("ended; what was measured is kept")
