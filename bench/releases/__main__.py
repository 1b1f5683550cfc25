"""`python -m bench.releases [--photos 100000] [--rebuilt 2000] [--withdrawn 100] [--beside label_studio]`.

A release of so many photos on a PostgreSQL of its own, each a JPEG of at least 1024 pixels and 150 kB, sealed under its
own key: whether each belongs to it, its tables, its shards beside a bare loop of unseal, hash and seal, the next
release after withdrawals, and whether it can be built again byte for byte. Everything it writes goes at the end.
"""

import argparse
import os
from collections.abc import Sequence

from bench import served
from bench.figure import Figure


def _options(told: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rebuilt", type=int, default=2_000, help="so many of them by the real rebuild and cut")
    parser.add_argument("--withdrawn", type=int, default=100)
    parser.add_argument("--beside", choices=["label_studio"], help="another server's export measured in the same run")
    parser.add_argument("--beside-seconds", type=float, default=1200, help="limit of one export of the other server")
    return parser.parse_args(told)


def measure(scale: int) -> list[Figure]:
    """Of so many photos; beside Label Studio's export where MPM_PEERS names an installation."""
    told = ["--photos", str(scale), "--rebuilt", str(max(20, scale // 50)), "--withdrawn", str(max(1, scale // 1_000))]
    if "MPM_PEERS" in os.environ:
        told += ["--beside", "label_studio"]
    return served.judged("bench.releases.run", _options(told)).figures


if __name__ == "__main__":
    served.judged("bench.releases.run", _options()).finish()
