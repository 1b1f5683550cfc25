"""What it costs to decide for every photo whether it belongs to a release, beside a bare count of the photos.

`python -m bench.eligibility [PHOTOS]`, on a PostgreSQL of its own. Every photo was read: one in ten twice, one in fifty
excluded, one in a hundred not cut yet; everybody is marked but one in forty. The rest is as in `bench.use`.
"""

import sys
from importlib import import_module

import django

from bench import log_server

if __name__ == "__main__":
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.eligibility_run").main(superuser, *(int(word) for word in sys.argv[1:]))
