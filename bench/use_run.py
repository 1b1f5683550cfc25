"""What `bench.use` measures, once the server runs and the settings stand."""

import json
import statistics
from collections.abc import Callable
from time import perf_counter, process_time
from uuid import UUID

import psycopg
from django.db.models import QuerySet

from bench import use_rows
from bench.bars import ALL_IN_USE_SECONDS, GATE_CPU_MS, ONE_IN_USE_MS, Bars, Beside
from bench.measured import cpu_of, parent_of, timed
from contributions.models import Photo
from contributions.queries import in_use
from screening.queries import current_policy, is_servable, servable

TIMES, NEXT, ROUNDS = 30, 20, 10


def run(superuser: str, bars: Bars, photos: int = 100_000) -> None:
    """Print and keep everything."""
    use_rows.fill(superuser, photos, current_policy())
    known = list(Photo.objects.order_by("?").values_list("pk", flat=True)[:TIMES])
    print(f"which of {photos:,} photos may be used, medians of {TIMES}:")
    bare, whole = _ms(lambda number: Photo.objects.filter(pk=known[number]).order_by())
    print(f"  {'bare SELECT by key':<26}{bare:6.2f} ms in the database, {whole:6.2f} ms in all (yardstick)")
    for name, query in (
        ("one, in use", lambda number: in_use().filter(pk=known[number]).order_by()),
        ("one, to be shown", lambda number: servable().filter(pk=known[number]).order_by()),
        ("the next 20, in use", lambda _number: in_use().order_by("pk")[:NEXT]),
        ("the next 20, to be shown", lambda _number: servable().order_by("pk")[:NEXT]),
    ):
        taken, whole = _ms(query)
        beside = Beside("a bare SELECT by key", taken / bare)
        judged = bars.at_most(name, taken, ONE_IN_USE_MS, "ms", beside=beside)
        print(f"  {name:<26}{taken:6.2f} ms in the database, {whole:6.2f} ms in all{judged}")
    _asked(superuser, known, bars)
    bare, found = timed(Photo.objects.count)
    print(f"  {'bare count':<26}{bare:6.2f} s, {found:,} photos (yardstick)")
    for name, count in (("all, in use", in_use().count), ("all, to be shown", servable().count)):
        taken, found = timed(count)
        beside = Beside("a bare count", taken / bare)
        judged = bars.at_most(name, taken, ALL_IN_USE_SECONDS, "s", beside=beside)
        print(f"  {name:<26}{taken:6.2f} s, {found:,} photos{judged}")


def _asked(superuser: str, known: list[UUID], bars: Bars) -> None:
    """The gate's question about one photo, written anew each time and prepared: CPU here and of the database."""
    with psycopg.connect(superuser) as server:
        postmaster = parent_of(server.info.backend_pid)
    ways: tuple[tuple[str, Callable[[UUID], bool]], ...] = (
        ("asked of the queryset", lambda photo: servable().filter(pk=photo).exists()),
        ("asked as prepared", is_servable),
    )
    for name, ask in ways:
        for photo in known:  # the plan is made within the first of them
            ask(photo)
        app, database, begun = process_time(), cpu_of(postmaster), perf_counter()
        for photo in known * ROUNDS:
            ask(photo)
        times, whole = 1000 / (len(known) * ROUNDS), perf_counter() - begun
        app, database = (process_time() - app) * times, (cpu_of(postmaster) - database) * times
        told = f"  {name:<26}{app:6.2f} ms CPU here, {database:6.2f} in the database, {whole * times:6.2f} ms in all"
        print(told + (bars.at_most(name, app + database, GATE_CPU_MS, "ms CPU") if ask is is_servable else ""))


def _ms(query: Callable[[int], QuerySet[Photo]]) -> tuple[float, float]:
    """Medians: milliseconds of planning and execution as the database says, and of the whole as the caller sees it."""
    database, whole = [], []
    for number in range(TIMES):
        (plan,) = json.loads(query(number).explain(analyze=True, format="json"))
        database.append(plan["Planning Time"] + plan["Execution Time"])
        begun = perf_counter()
        list(query(number).values_list("pk"))
        whole.append((perf_counter() - begun) * 1000)
    return statistics.median(database), statistics.median(whole)
