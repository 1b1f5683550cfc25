"""The log at full size: verified, exported, read in pages, and recorded into by many writers that are killed.

`python -m bench.log [ENTRIES] [SECONDS]`, on a PostgreSQL of its own that gives up no durability.
"""

import sys
from importlib import import_module

import django

from bench import log_server

if __name__ == "__main__":
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.log_run").main(superuser, *(int(word) for word in sys.argv[1:]))
