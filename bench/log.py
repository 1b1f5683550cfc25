"""The log at full size: verified, exported, read in pages, and recorded into by many writers that are killed.

`python -m bench.log [ENTRIES] [SECONDS]`, on a PostgreSQL of its own that gives up no durability.
"""

import io
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import django
import psycopg

from bench import log_server
from bench.measured import measured, parent_of

SUPERUSER = log_server.start()
django.setup()

from django.core.management import call_command  # noqa: E402 -- after the settings
from django.db import connections  # noqa: E402

from audit.proofs.export import csv_lines, json_lines  # noqa: E402
from audit.queries import AUDITOR, Selection, end, verify_stored  # noqa: E402
from audit.standalone.verify_log import check_export  # noqa: E402
from bench import log_entries, log_pages, log_writing  # noqa: E402


def bare_loop() -> float:
    """Seconds of hashing the same leaves and nothing else: the yardstick of every verification."""
    taken = 0.0
    with psycopg.connect(SUPERUSER) as connection, connection.cursor(name="leaves", binary=True) as cursor:
        cursor.execute("SELECT convert_to(leaf, 'UTF8') FROM audit.event ORDER BY index")
        while batch := cursor.fetchmany(50_000):
            leaves = [leaf for (leaf,) in batch]
            begun = perf_counter()
            for leaf in leaves:
                sha256(b"\0" + leaf).digest()
            taken += perf_counter() - begun
    return taken


def verified() -> str:
    """The stored log, as the regular verification reads it; its root hash."""
    checked = verify_stored(using=AUDITOR)
    if not checked.whole or checked.root is None:
        raise SystemExit(f"the log is not whole: {checked}")
    return checked.root.hex()


def exported(to: Path) -> None:
    """The whole log as JSON lines."""
    until = end(using=AUDITOR)
    with to.open("w") as file:
        file.writelines(json_lines(Selection().rows(until=until.size), until))


def exported_csv(to: Path) -> None:
    """The whole log as CSV."""
    with to.open("w") as file:
        file.writelines(csv_lines(Selection().rows(until=end(using=AUDITOR).size)))


def checked(file: Path) -> str:
    """The export, as an auditor's own machine verifies it; its root hash."""
    with file.open() as lines:
        return check_export(lines, key=None).root.hex()


def main(count: int = 1_000_000, seconds: float = 60) -> None:
    """Print everything."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for command in ("make_keys", "make_log_key"):
        call_command(command, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    with psycopg.connect(SUPERUSER) as connection:
        server = parent_of(connection.info.backend_pid)
    print(f"a log of {count:,} entries made: {measured(lambda: log_entries.fill(SUPERUSER, count), server=server)}")
    loop = measured(bare_loop).result
    print(f"  {'bare loop of SHA-256':<24}{loop:6.1f} s")
    stored = measured(verified, server=server)
    print(f"  {'verify, stored':<24}{stored}; {stored.wall / loop:.1f} x the loop")
    with TemporaryDirectory(prefix="mpm-bench-") as folder:
        file = Path(folder, "log.jsonl")
        print(f"  {'export, JSON lines':<24}{measured(lambda: exported(file), server=server)}")
        print(f"  {'export, CSV':<24}{measured(lambda: exported_csv(Path(folder, 'log.csv')), server=server)}")
        alone = measured(lambda: checked(file))
        print(f"  {'verify, export':<24}{alone}; {alone.wall / loop:.1f} x the loop")
        if alone.result != stored.result:
            raise SystemExit("the two verifications found different root hashes")
    log_pages.report(count)
    connections.close_all()
    log_writing.report(SUPERUSER, seconds)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
