"""`python -m bench.releases.exporting RELEASE`: its tables, sealed as a worker does, in a process of their own.

Prints JSON: `seconds`, `cpu` seconds of this process, `peak_mb` of the whole of it, `bytes` by path.
"""

import json
import resource
import sys
import time

import django

if __name__ == "__main__":
    django.setup()

    from django.db import connection

    from releases.models import Release
    from releases.papers.tabling import tables
    from vault import actions as vault

    release = Release.objects.get(pk=sys.argv[1])
    key = vault.new_key()

    begun, spent = time.perf_counter(), time.process_time()
    sizes = {path: vault.seal(key=key, data=data).size for path, data in tables(release)}
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    vault.destroy_key(key)
    connection.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak_mb, "bytes": sizes}))
