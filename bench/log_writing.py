"""How many transactions a second the log takes from 32 processes that are killed at random, and whether any is lost."""

import psycopg
from django.contrib.auth.models import Group
from django.db import connections, transaction
from psycopg.conninfo import make_conninfo

from audit.models import Event
from audit.queries import end, rows, verify
from bench.bars import TRANSACTIONS_A_SECOND, Bars, Beside
from bench.writers import Written, write

WRITERS = 32
ROWS = 10
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
BARE = "bare"  # the yardstick: one row, no event
# Entries are sealed one after the other, each until its commit is on disk: what one writer alone commits of bare rows
# is about the most that any log of this kind could take.
RUNS = [(BARE, 1), (BARE, WRITERS), ("plain", WRITERS), ("work", WRITERS), ("shared", WRITERS)]


def report(superuser: str, seconds: float, bars: Bars) -> None:
    """Print what each form of writing reached; raises SystemExit when the log has a gap or lost an entry."""
    known = connections["default"].settings_dict
    address = make_conninfo(
        host=known["HOST"], port=known["PORT"], dbname=known["NAME"], user=known["USER"], password=known["PASSWORD"]
    )
    shared = [Group.objects.create(name=f"shared-{number}").pk for number in range(ROWS)]
    print(f"writers for {seconds:.0f} s (bare: a quarter of it), one killed every half second")
    bare = 0.0
    for form, writers in RUNS:
        before, deadlocks = end(using="default"), _deadlocks(superuser)
        connections.close_all()
        time = seconds / 4 if form == BARE else seconds
        written = write(address, form=form, shared=shared, writers=writers, seconds=time)
        with transaction.atomic():
            checked = verify(rows(using="default", start=before.size), start=(before.size, before.chain))
        there = set(Event.objects.filter(index__gte=before.size).values_list("subject", flat=True))
        lost = 0 if form == BARE else len(written.subjects - there)
        after = end(using="default")
        whole = checked.against(after).whole
        rate, entries = written.transactions / time, after.size - before.size
        name = f"{form}, {writers} writers"
        bare = bare or rate
        beside = Beside("one writer of bare rows", rate / bare)
        verdict = " (yardstick)"
        if form != BARE:
            verdict = bars.at_least(name, rate, TRANSACTIONS_A_SECOND, "a second", beside=beside)
        print(f"  {name:<20}{rate:6.0f} transactions, {entries / time:.0f} entries a second{_told(written)}{verdict}")
        print(
            f"    {entries} entries, {_deadlocks(superuser) - deadlocks} deadlocks, {lost} "
            f"acknowledged entries missing, {'gapless' if whole else f'BROKEN at {checked.first_bad}'}"
        )
        if not whole or lost:
            raise SystemExit("the log is not whole")


def _told(written: Written) -> str:
    failures = "".join(f", {count} x {name}" for name, count in written.failures.items())
    return f", {written.kills} kills{failures}"


def _deadlocks(superuser: str) -> int:
    with psycopg.connect(superuser) as connection:
        found = connection.execute(DEADLOCKS).fetchone()
        return int(found[0]) if found else 0
