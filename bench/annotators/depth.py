"""Whether handing out stays as quick in a long queue, and for an annotator whom much of it is not for."""

import time
from datetime import timedelta
from typing import Final
from uuid import UUID

import psycopg
from django.utils import timezone

from bench.annotators.adapter import Adapter, HandedOut
from bench.annotators.client import Client
from bench.annotators.figures import Run
from bench.annotators.loop import NEXT, work
from bench.annotators.ours import Ours
from bench.annotators.statements import ENDS, counted, told
from bench.bars import DEEP_QUEUE, NEXT_STATEMENTS, SUBMIT_STATEMENTS, WORST_NEXT_MS, Bars, Beside

SMALL: Final = 1_000
NOT_FOR_ME: Final = 5_000
LOOPS: Final = 200
# Threads of the server have a connection each, and each prepares what it asks often.
WARM: Final = 60
SECONDS: Final = 60
# The photos that would come first are another's to read for the second time, or put off for an hour.
_OWN_FIRST: Final = """
    UPDATE annotation_task SET stage = 'second', priority = 30, first_by_id = %(staff)s, waiting_since = %(long_ago)s
     WHERE id IN (SELECT id FROM annotation_task WHERE state = 'open' AND stage = 'first' LIMIT %(number)s)
"""
_PUT_OFF: Final = """
    INSERT INTO annotation_notnow (task_id, staff_id, at)
    SELECT id, %(staff)s, now() FROM annotation_task WHERE state = 'open' AND stage = 'first'
     ORDER BY priority DESC, "order" LIMIT %(number)s
"""


def report(here: Ours, superuser: str, far: int, bars: Bars) -> None:
    """Print the median of "next" in a short and a long queue, in the two worst cases, and the statements of a call."""
    here.fill(SMALL)
    near_ms = _next_ms(here, here.clients(1))
    _statements(here, superuser, bars)
    begun = time.monotonic()
    here.fill(far)
    print(f"{far:,} photos wait, made in {time.monotonic() - begun:.0f} s; median of next for one annotator:")
    far_ms = _next_ms(here, here.clients(1))
    bars.note("next by one annotator, p50", far_ms, "ms")
    beside = Beside(f"next in a queue of {SMALL:,}", far_ms / near_ms)
    judged = bars.at_most("next in a long queue", far_ms / near_ms, DEEP_QUEUE, "x", beside=beside)
    print(f"  {'of ' + format(SMALL, ','):<44}{near_ms:7.1f} ms")
    print(f"  {'of ' + format(far, ','):<44}{far_ms:7.1f} ms, {far_ms / near_ms:.2f} x{judged}")
    for name, statement in (
        ("first readings of one's own before it", _OWN_FIRST),
        ("put off by oneself before it", _PUT_OFF),
    ):
        clients = here.clients(1)
        _changed(superuser, statement, here.staff_ids[-1])
        taken = _next_ms(here, clients)
        print(f"  {f'{NOT_FOR_ME:,} {name}':<44}{taken:7.1f} ms{bars.at_most(name, taken, WORST_NEXT_MS, 'ms')}")


def _next_ms(adapter: Adapter, clients: list[Client]) -> float:
    work(adapter, clients, loops=LOOPS // 10, seconds=SECONDS)
    calls, taken = work(adapter, clients, loops=LOOPS, seconds=SECONDS)
    return Run(calls, taken, {}).milliseconds(NEXT, 50)


def _changed(superuser: str, statement: str, staff_id: UUID) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute(statement, {"staff": staff_id, "number": NOT_FOR_ME, "long_ago": long_ago})
        server.execute("VACUUM ANALYZE annotation_task")


def _statements(here: Ours, superuser: str, bars: Bars) -> None:
    """Of one call each, on a connection that has been in use."""
    (client,) = here.clients(1)
    with told(superuser):
        for _time in range(WARM):
            handed_out = here.next(client)
            if handed_out is None:
                raise SystemExit("nothing waits")
            here.submit(client, handed_out)
        taken: list[HandedOut] = []
        of_next = counted(lambda: taken.extend(filter(None, [here.next(client)])))
        of_submit = counted(lambda: here.submit(client, taken[0]))
    client.close()
    for name, words, bar in (("next", of_next, NEXT_STATEMENTS), ("submit", of_submit, SUBMIT_STATEMENTS)):
        asked = [word for word in words if word.upper() not in ENDS]
        judged = bars.at_most(f"statements of {name}", len(asked), bar, "statements")
        print(f"{name}: {len(asked)} statements, and {len(words) - len(asked)} ends of a transaction{judged}")
