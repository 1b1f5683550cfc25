"""How soon the next photo is on the screen after the key that answers the one before, when it was loaded ahead.

`python -m bench.workbench [PHOTOS]`: the web server as production runs it, a real browser, photos of 2048 px.
"""

import sys
from importlib import import_module

import django

from bench import log_server

if __name__ == "__main__":
    superuser = log_server.start()
    django.setup()
    # It reads models, which need the settings that the server's start has made.
    import_module("bench.workbench_run").main(superuser, *(int(word) for word in sys.argv[1:]))
