"""`python -m bench.releases [--photos 100000] [--rebuilt 2000] [--withdrawn 100] [--beside label_studio]`.

A release of so many photos on a PostgreSQL of its own, each a JPEG of at least 1024 pixels and 150 kB, sealed under its
own key: whether each belongs to it, its tables, its shards beside a bare loop of unseal, hash and seal, the next
release after withdrawals, and whether it can be built again byte for byte. Everything it writes goes at the end.
"""

import argparse
import signal
import sys
from importlib import import_module

import django

from bench import log_server


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rebuilt", type=int, default=2_000, help="so many of them by the real rebuild and cut")
    parser.add_argument("--withdrawn", type=int, default=100)
    parser.add_argument("--beside", choices=["label_studio"], help="another server's export measured in the same run")
    parser.add_argument("--beside-seconds", type=float, default=1200, help="limit of one export of the other server")
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    # Whoever ends it early leaves no server and no file.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.releases.run").main(superuser, options)
