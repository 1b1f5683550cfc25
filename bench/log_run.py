"""What `bench.log` measures, in its order, once the server runs and the settings stand."""

import io
import os
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
from django.core.management import call_command
from django.db import connections

from audit.proofs.export import csv_lines, json_lines
from audit.queries import AUDITOR, Selection, end, verify_stored
from audit.standalone.verify_log import check_export
from bench import log_entries, log_keeping, log_pages, log_writing
from bench.bars import VERIFIED_ENTRIES, VERIFIED_MB, VERIFIED_SECONDS, Bars, Beside
from bench.measured import Cost, measured, parent_of

LOOP = "a bare loop of SHA-256"


def run(superuser: str, bars: Bars, count: int = 1_000_000, seconds: float = 60) -> None:
    """Print and keep everything; raises SystemExit when the log is not whole."""
    for command in ("make_keys", "make_log_key"):
        call_command(command, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    with psycopg.connect(superuser) as connection:
        server = parent_of(connection.info.backend_pid)
    core = min(os.sched_getaffinity(0))
    print(f"a log of {count:,} entries made: {measured(lambda: log_entries.fill(superuser, count), server=server)}")
    loop = measured(lambda: bare_loop(superuser), core=core).result
    print(f"  {'bare loop of SHA-256':<24}{loop:6.1f} s (yardstick)")
    stored = measured(verified, server=server, core=core)
    print(f"  {'verify, stored':<24}{_beside(stored, loop)}{_judged(bars, 'verify, stored', stored, count, loop)}")
    with TemporaryDirectory(prefix="mpm-bench-") as folder:
        file = Path(folder, "log.jsonl")
        for name, work in (
            ("export, JSON lines", lambda: exported(file)),
            ("export, CSV", lambda: exported_csv(Path(folder, "log.csv"))),
        ):
            cost = measured(work, server=server)
            bars.note(name, cost.wall, "s", beside=Beside(LOOP, cost.wall / loop))
            print(f"  {name:<24}{cost}")
        alone = measured(lambda: checked(file), core=core)
        print(f"  {'verify, export':<24}{_beside(alone, loop)}{_judged(bars, 'verify, export', alone, count, loop)}")
        if alone.result != stored.result:
            raise SystemExit("the two verifications found different root hashes")
    log_pages.report(count, bars)
    log_keeping.report(superuser, count, server, bars)
    connections.close_all()
    log_writing.report(superuser, seconds, bars)


def bare_loop(superuser: str) -> float:
    """Seconds of hashing the same leaves and nothing else: the yardstick of every verification."""
    taken = 0.0
    with psycopg.connect(superuser) as connection, connection.cursor(name="leaves", binary=True) as cursor:
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


def _beside(cost: Cost, loop: float) -> str:
    return f"{cost}; {cost.wall / loop:.1f} x the loop"


def _judged(bars: Bars, name: str, cost: Cost, count: int, loop: float) -> str:
    """Against the bars of a million entries; for other sizes the time in proportion (and a second), not the memory."""
    seconds = VERIFIED_SECONDS * count / VERIFIED_ENTRIES + (0 if count == VERIFIED_ENTRIES else 1)
    return bars.at_most(name, cost.wall, seconds, "s", beside=Beside(LOOP, cost.wall / loop)) + bars.at_most(
        f"{name}, memory", cost.peak_mb, VERIFIED_MB, "MB"
    )
