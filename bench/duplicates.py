"""What it costs to find a photo's near-duplicates among many, by a scan and by bands, and how many of them are found.

`python -m bench.duplicates [HASHES ...]`, on a PostgreSQL of its own, with random hashes and planted neighbours.
"""

import sys
from importlib import import_module

import django

from bench import log_server

if __name__ == "__main__":
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.duplicates_run").main(superuser, *(int(word) for word in sys.argv[1:]))
