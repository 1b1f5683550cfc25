"""`make drill`: a site of its own on this machine, thrown away at the end. 1 when anything erased was found."""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from deploy.local.drill import site
from deploy.local.progress import StepFailed, say
from deploy.local.services import ServiceFailed

NAMES = ("none", "kept-epoch-key", "kept-data-key", "kept-plaintext", "skipped-replay", "stale-key-copy")


def main() -> int:
    """Run each round on the same site; 1 when any of them found something."""
    options = _options()
    rounds = options.seed_failure or ["none"]
    with ExitStack() as stack:
        # Short, because the paths of sockets are.
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mpm-drill-")))
        try:
            where = site.start(root, stack)
            # Its settings stand in the environment only now.
            return max(site.rounds(where, rounds, photos=options.photos))
        except (ServiceFailed, StepFailed) as failure:
            say(f"The drill could not be held. {failure}")
            return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.drill", description=__doc__)
    parser.add_argument("--photos", type=int, default=20, help="how many photos are given; half are erased (20)")
    parser.add_argument(
        "--seed-failure",
        action="append",
        choices=NAMES,
        help="put something in the way of the erasure, which the drill must find; may be repeated, a round each",
    )
    options = parser.parse_args()
    if options.photos < 2:
        parser.error("one photo is to be erased and one to stay: at least 2")
    return options


if __name__ == "__main__":
    sys.exit(main())
