"""The figures of one run, and the medians of several."""

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.annotators.loop import NEXT, SUBMIT, Call, held_at_once


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its calls, the seconds it took, and CPU seconds of "app", "database" and the annotators ("load")."""

    calls: Sequence[Call]
    seconds: float
    cpu: dict[str, float]

    @property
    def answers(self) -> int:
        """How many photos were answered."""
        return sum(call.what == SUBMIT and call.went_well for call in self.calls)

    @property
    def a_second(self) -> float:
        """Photos answered a second."""
        return self.answers / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of app and database for one photo."""
        return 1000 * (self.cpu["app"] + self.cpu["database"]) / max(1, self.answers)

    @property
    def doubles(self) -> int:
        """Hand-outs of a photo that somebody else held."""
        return held_at_once(self.calls)

    @property
    def errors(self) -> Counter[str]:
        """What went wrong, and how often."""
        return Counter(f"{call.what} {call.error}" for call in self.calls if call.error)

    def milliseconds(self, what: str, percentile: int) -> float:
        """The nearest-rank percentile of the good calls of a kind; NaN without any."""
        times = sorted(call.ended - call.begun for call in self.calls if call.what == what and not call.error)
        return 1000 * times[-(-percentile * len(times) // 100) - 1] if times else float("nan")


def median(runs: Sequence[Run], of: Callable[[Run], float]) -> float:
    """The median of a figure over the runs."""
    return statistics.median(of(run) for run in runs)


def line(runs: Sequence[Run]) -> str:
    """The medians of some runs, for a line of a table."""
    told = [f"{median(runs, lambda run: run.a_second):7.1f} photos/s"]
    told += [f"{what} {'/'.join(_percentiles(runs, what))}" for what in (NEXT, SUBMIT)]
    told.append(f"ms; CPU {' + '.join(_each_ms(runs, kind) for kind in ('app', 'database'))} ms")
    told.append(f"{sum(run.doubles for run in runs)} doubles")
    errors = sum((run.errors for run in runs), Counter[str]())
    if errors:
        told.append(f"{errors.total()} errors, most of all: {errors.most_common(1)[0][0]}")
    return "  ".join(told)


def _percentiles(runs: Sequence[Run], what: str) -> list[str]:
    return [f"{median(runs, lambda run: run.milliseconds(what, each)):.1f}" for each in (50, 95, 99)]  # noqa: B023


def _each_ms(runs: Sequence[Run], kind: str) -> str:
    return f"{median(runs, lambda run: 1000 * run.cpu[kind] / max(1, run.answers)):.1f}"
