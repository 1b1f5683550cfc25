"""What everybody saw: how long each kind of request took, and what went wrong."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final, TypeVar

from bench.annotators.client import Refused
from bench.bare_page import percentile

FAILURES: Final = (Refused, HTTPException, OSError)
LONGEST: Final = 160
Result = TypeVar("Result")


@dataclass(slots=True)
class Seen:
    """Milliseconds by kind, and errors by their words; any number of threads add to it."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def timed(self, kind: str, work: Callable[[], Result]) -> Result | None:
        """Do it and keep how long it took; None when it went wrong, which is kept, too."""
        begun = time.monotonic()
        try:
            result = work()
        except FAILURES as failure:
            self.failed(f"{kind}: {type(failure).__name__} {failure}")
            return None
        with self._lock:
            self.taken[kind].append(1000 * (time.monotonic() - begun))
        return result

    def failed(self, words: str) -> None:
        """Keep an error."""
        with self._lock:
            self.errors[words[:LONGEST]] += 1

    def of(self, *kinds: str) -> list[float]:
        """The milliseconds of these kinds together."""
        return [each for kind in kinds for each in self.taken.get(kind, [])]

    def line(self, *kinds: str) -> str:
        """How many there were, their median, 95th percentile and worst, for a line of a table."""
        times = self.of(*kinds)
        told = "".join(f"{percentile(times, share):9.1f}" for share in (50, 95, 100))
        return f"{len(times):7,}{told}"
