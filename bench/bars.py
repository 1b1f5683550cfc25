"""What must be reached, and whether it was: every judged line shows its yardstick, its bar and "met" or "missed"."""

import sys
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from bench.figure import Figure

VERIFIED_SECONDS = 30  # of 1,000,000 entries, on one core
VERIFIED_MB = 512
VERIFIED_ENTRIES = 1_000_000
TRANSACTIONS_A_SECOND = 400
PAGE_MS = 100
LANDING_MS = 300  # while photos arrive slowly
ONE_IN_USE_MS = 5  # of 100,000 photos
ALL_IN_USE_SECONDS = 5
DECIDED_SECONDS = 5  # whether each of 100,000 photos belongs to a release
GATE_CPU_MS = 2  # one question, process and database together
READ_CPU_MS = 25  # next and submit of one photo, web server and database together
SHOWN_MS = 150  # the next photo, loaded ahead, after the key
DEEP_QUEUE = 1.5  # next at 1,000,000 photos, of next at 1,000
NEXT_STATEMENTS, SUBMIT_STATEMENTS = 6, 10
WORST_NEXT_MS = 100  # for somebody whom the first thousands of the queue are not for
AHEAD_OF_PEER = 10  # photos a second, of what Label Studio reads beside us
SHARD_SPEED = 0.8  # of a bare loop's that unseals, hashes and seals the same crops
ANNOTATIONS_SECONDS, ANNOTATIONS_MB, ANNOTATIONS_PEAK_MB = 60, 300, 300  # of 100,000 photos
REBUILD_SPEED = 0.85  # of the bare codec loop's
SCREENED_SPEED = 0.85  # of the bare library calls' in one loop
SCREENED_SECONDS = 1.2  # a 12-megapixel photo from its bytes to its verdict, on one core
WORKER_MB = 1200  # with everything loaded
RECALL = 100  # per cent of the planted near-duplicates
LOOKED_UP = {1_000_000: 50, 10_000_000: 1000}  # hashes on a list: milliseconds for sixteen look-ups
LOADED_SECONDS = 60  # a list
LOOK_UP_SHARE = 1.2  # of what the index library takes for them alone
READING_SPEED = 0.85  # of prints, of the bare library call's
TEXT_WORKER_MB = 600
STAFF_PAGE_MS = 300  # 95 in 100 of them, while 32 annotators and 8 givers are at work


class Beside(NamedTuple):
    """What a figure was measured beside, and the figure by its."""

    yardstick: str = ""
    ratio: float | None = None


NOTHING: Final = Beside()


@dataclass(slots=True)
class Bars:
    """The verdicts of one run, and its figures.

    `at` says of what they are where one run measures several sizes. Unless it `judges`, as at a size that no bar is
    for, figures are kept and nothing is met or missed.
    """

    judges: bool = True
    at: str = ""
    missed: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def at_most(self, name: str, reached: float, bar: float, unit: str, *, beside: Beside = NOTHING) -> str:
        """The end of a line about something that should be small."""
        return self._judged(Figure(name, reached, unit, *beside), f"at most {bar:,.10g} {unit}", reached <= bar)

    def at_least(self, name: str, reached: float, bar: float, unit: str, *, beside: Beside = NOTHING) -> str:
        """The end of a line about something that should be large."""
        return self._judged(Figure(name, reached, unit, *beside), f"at least {bar:,.10g} {unit}", reached >= bar)

    def note(self, name: str, value: float, unit: str, *, beside: Beside = NOTHING) -> None:
        """Keep a figure that nothing is asked of."""
        self.figures.append(Figure(name, value, unit, *beside))

    def finish(self) -> None:
        """Say what was missed; exits with 1 when anything was."""
        if self.missed:
            sys.exit(f"missed: {', '.join(self.missed)}")
        print("every bar met")

    def _judged(self, figure: Figure, bar: str, met: bool) -> str:
        if not self.judges:
            self.figures.append(figure)
            return ""
        self.figures.append(replace(figure, bar=bar, ok=met))
        if not met:
            self.missed.append(f"{figure.name}, {self.at}" if self.at else figure.name)
        return f"; {bar}: {'met' if met else 'MISSED'}"
