"""What a photo costs a worker from its bytes to its verdict, step by step, on one core; and the worker's memory.

`python -m bench.screening [HASHES [PHOTOS]]`, on a PostgreSQL of its own: a known list of so many hashes (1,000,000)
and a collection of so many photos (100,000) to compare with.
"""

import os
import sys
from importlib import import_module

import django

from bench import log_server

if __name__ == "__main__":
    # The worker, its decoding child and the database share one core; the server's processes inherit it.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    superuser = log_server.start()
    # Nobody is to be woken: the steps are done here, one by one.
    os.environ["MPM_BROKER_URL"] = "memory://"
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.screening_run").main(superuser, *(int(word) for word in sys.argv[1:]))
