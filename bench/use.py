"""What it costs to ask which photos may be used, beside a bare SELECT by primary key: one, all, and the next few.

`python -m bench.use [PHOTOS]`, on a PostgreSQL of its own. Every person gave five photos and agreed to all of them;
some withdrew, some invited somebody, some time is over.
"""

import sys
from importlib import import_module

import django

from bench import log_server

if __name__ == "__main__":
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.use_run").main(superuser, *(int(word) for word in sys.argv[1:]))
