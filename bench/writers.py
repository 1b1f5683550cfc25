"""Processes that record events at once and are killed while they do: `python -m bench.writers` (see `write`).

It stands apart from Django, so that a killed writer is followed by another without delay.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parent.parent
RECORD = "SELECT audit.record('sample:seen', 'system', %s, %s)"
LOCK = "SELECT 1 FROM auth_group WHERE id = %s FOR UPDATE"
OTHER_WORK = 0.010  # seconds
EVENTS = 3
PATIENCE = 60  # seconds for what was begun in time
Form = Callable[[psycopg.Connection, list[int]], list[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it: acknowledged transactions and the subjects of their events, kills, and failures by name."""

    transactions: int
    subjects: frozenset[str]
    kills: int
    failures: dict[str, int]


def write(address: str, *, form: str, shared: list[int], writers: int, seconds: float) -> Written:
    """Let `writers` processes record over this database address for `seconds`; one is killed every half second.

    `form` is "plain", "work" (10 ms of other work after the event) or "shared" (three events a transaction, each after
    the lock of one of the rows of auth_group in `shared`, taken in sorted order); "bare" is the yardstick, no event.
    """
    with tempfile.TemporaryDirectory(prefix="mpm-writers-") as folder:
        wanted = {"address": address, "form": form, "shared": shared, "writers": writers, "seconds": seconds}
        command = [sys.executable, "-m", "bench.writers", folder]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(wanted), text=True, capture_output=True, check=True)
        lines = [line for file in Path(folder).iterdir() for line in file.read_text().splitlines()]
    good = [line.split()[1:] for line in lines if line.startswith("committed ")]
    bad = [line for line in lines if not line.startswith("committed ")]
    return Written(
        transactions=len(good),
        subjects=frozenset(subject for subjects in good for subject in subjects),
        kills=int(done.stdout),
        failures={name: bad.count(name) for name in set(bad)},
    )


def plain(connection: psycopg.Connection, _shared: list[int]) -> list[str]:
    """One event."""
    return [_record(connection)]


def work(connection: psycopg.Connection, _shared: list[int]) -> list[str]:
    """One event, then other work before the commit."""
    subject = _record(connection)
    time.sleep(OTHER_WORK)
    return [subject]


def shared(connection: psycopg.Connection, rows: list[int]) -> list[str]:
    """Three events, each of a row that others want, too."""
    subjects = []
    for row in sorted(random.sample(rows, EVENTS)):
        connection.execute(LOCK, [row])
        subjects.append(_record(connection))
    return subjects


def bare(connection: psycopg.Connection, _shared: list[int]) -> list[str]:
    """A row elsewhere and no event: what the server commits when nobody records anything."""
    connection.execute("INSERT INTO auth_group (name) VALUES (%s)", [str(uuid4())])
    return []


FORMS: dict[str, Form] = {"plain": plain, "work": work, "shared": shared, "bare": bare}


def _record(connection: psycopg.Connection) -> str:
    subject = str(uuid4())
    connection.execute(RECORD, [subject, f'{{"photo":"{uuid4()}","times":1}}'])
    return subject


def _write_until(end: float, address: str, form: Form, rows: list[int], notes: int) -> NoReturn:
    """A writer's life. What the database acknowledged is noted by one write, which a kill does not undo."""
    random.seed()
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            while time.monotonic() < end:
                try:
                    with connection.transaction():
                        subjects = form(connection, rows)
                    os.write(notes, f"committed {' '.join(subjects)}\n".encode())
                except psycopg.Error as error:
                    os.write(notes, f"{type(error).__name__}\n".encode())
    finally:
        os._exit(0)


def main(folder: str) -> None:
    """Keep as many writers as are wanted, kill one every half second, and print the number of kills."""
    wanted = json.load(sys.stdin)
    form, rows = FORMS[wanted["form"]], wanted["shared"]
    end = time.monotonic() + wanted["seconds"]
    living: dict[int, int] = {}

    def start(place: int) -> None:
        notes = os.open(Path(folder, str(place)), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        pid = os.fork()
        if pid == 0:
            _write_until(end, wanted["address"], form, rows, notes)
        os.close(notes)
        living[pid] = place

    for place in range(wanted["writers"]):
        start(place)
    kills = 0
    while time.monotonic() < end - 0.5:
        time.sleep(random.uniform(0.25, 0.75))  # noqa: S311 -- no secret
        victim = random.choice(list(living))  # noqa: S311
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
        start(living.pop(victim))
    deadline = time.monotonic() + PATIENCE
    for pid in living:
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
    sys.stdout.write(f"{kills}\n")


if __name__ == "__main__":
    main(sys.argv[1])
