"""Annotators in a closed loop: each asks for a photo, answers it, and asks again; bounded by loops and by seconds."""

import threading
import time
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException

from bench.annotators.adapter import Adapter, HandedOut
from bench.annotators.client import Client, Refused

_FAILURES = (Refused, HTTPException, OSError)
NEXT, SUBMIT = "next", "submit"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one annotator, its beginning and end in seconds; `error` what went wrong."""

    annotator: int
    what: str
    begun: float
    ended: float
    task: Hashable = None
    error: str = ""

    @property
    def went_well(self) -> bool:
        """Whether it came to something."""
        return not self.error and self.task is not None


@dataclass(slots=True)
class Shift:
    """What annotators have to do between them: at most so many loops, until a moment (monotonic seconds)."""

    loops: int
    until: float
    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def go_on(self) -> bool:
        """Whether there is one more loop to do; it counts as begun."""
        with self._lock:
            self.loops -= 1
            return self.loops >= 0 and time.monotonic() < self.until

    def add(self, calls: Sequence[Call]) -> None:
        """Keep one annotator's calls."""
        with self._lock:
            self.calls.extend(calls)


def work(adapter: Adapter, clients: Sequence[Client], *, loops: int, seconds: float) -> tuple[list[Call], float]:
    """Let these annotators work at once; all their calls and the seconds it took."""
    begin = threading.Barrier(len(clients) + 1)
    shift = Shift(loops, time.monotonic() + seconds)
    threads = [
        threading.Thread(target=_annotator, args=(adapter, client, number, shift, begin), daemon=True)
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    return shift.calls, time.monotonic() - begun


def _annotator(adapter: Adapter, client: Client, number: int, shift: Shift, begin: threading.Barrier) -> None:
    calls: list[Call] = []
    begin.wait()
    while shift.go_on():
        handed_out = _next(adapter, client, number, calls)
        if handed_out is not None:
            _submit(adapter, client, number, calls, handed_out)
        elif not calls[-1].error:
            break
    shift.add(calls)
    client.close()


def _next(adapter: Adapter, client: Client, number: int, calls: list[Call]) -> HandedOut | None:
    begun, handed_out, error = time.monotonic(), None, ""
    try:
        handed_out = adapter.next(client)
    except _FAILURES as failure:
        error = f"{type(failure).__name__} {failure}"[:160]
    task = handed_out.task if handed_out else None
    calls.append(Call(number, NEXT, begun, time.monotonic(), task, error))
    return handed_out


def _submit(adapter: Adapter, client: Client, number: int, calls: list[Call], handed_out: HandedOut) -> None:
    begun, error = time.monotonic(), ""
    try:
        adapter.submit(client, handed_out)
    except _FAILURES as failure:
        error = f"{type(failure).__name__} {failure}"[:160]
    calls.append(Call(number, SUBMIT, begun, time.monotonic(), handed_out.task, error))


def held_at_once(calls: Sequence[Call]) -> int:
    """How often a photo was handed out while somebody else held it: handed out before, and not yet answered."""
    answered = {(call.annotator, call.task): call.begun for call in calls if call.what == SUBMIT and call.went_well}
    held: dict[Hashable, list[tuple[float, float, int]]] = defaultdict(list)
    for call in calls:
        if call.what == NEXT and call.went_well:
            until = answered.get((call.annotator, call.task), float("inf"))
            held[call.task].append((call.ended, until, call.annotator))
    return sum(
        any(other[2] != one[2] and other[0] < one[0] < other[1] for other in spans)
        for spans in held.values()
        for one in spans
    )
