"""One measured value, as every benchmark hands it back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, beside what, and whether it reached its bar.

    `yardstick` names what was measured beside it in the same run, and `ratio` is this value by that one's; both are
    empty where there is none. `bar` says what must be reached; `ok` is None where nothing must.
    """

    name: str
    value: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    bar: str = ""
    ok: bool | None = None
