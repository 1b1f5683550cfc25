"""Measures as templates/_components/chart_intervals.html draws them: a dot, the interval around it, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from annotation.agreement.reliability import Estimate

Line = tuple[str, Estimate | None]
_NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Scale:
    """What an axis shows: from `low` to `high` in so many steps, each number as `tell` writes it."""

    low: float
    high: float
    steps: int
    form: str = "{:.2f}"
    factor: float = 1

    def tell(self, value: float) -> str:
        """A value as it is read, such as 85 %."""
        told = self.form.format(self.factor * value)
        return told.replace("-", "\N{MINUS SIGN}") if told.strip("+-0. %") else told.lstrip("+-")

    def at(self, value: float) -> float:
        """Where a value stands on the axis, 0 to 100."""
        return round(100 * (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low), 2)

    def ticks(self) -> list[dict[str, Any]]:
        """The lines of the axis, both ends included."""
        values = [self.low + (self.high - self.low) * step / self.steps for step in range(self.steps + 1)]
        return [{"at": self.at(value), "label": self.tell(value)} for value in values]


SHARES = Scale(0, 1, 2, "{:.0f} %", 100)


def beyond_chance(lines: Sequence[Line]) -> Scale:
    """From as good as chance (0) to full agreement (1); from -1 where an interval reaches below chance."""
    below = any(one.value < 0 or (one.low or 0) < 0 for _label, one in lines if one)
    return Scale(-1, 1, 2) if below else Scale(0, 1, 2)


def years(lines: Sequence[Line]) -> Scale:
    """Whole years around all values: from 0, or as far below it as above it where some lie below."""
    ends = [edge for _label, one in lines if one for edge in (one.value, one.low or 0, one.high or 0)]
    reach = max(1, -(-max(map(abs, ends), default=1) // 1))
    return Scale(-reach, reach, 2, "{:+.1f}") if min(ends, default=0) < 0 else Scale(0, reach, 2, "{:.1f}")


def chart(
    title: str | Promise, text: str | Promise, first: str | Promise, lines: Sequence[Line], scale: Scale
) -> dict[str, Any]:
    """One chart; `first` is what its lines are called. A measure that is None keeps its line, without a dot.

    One without an interval, a dot alone, says why.
    """
    is_alone = any(one is not None and one.low is None for _label, one in lines)
    why = _("Of some, too few photos were compared to tell an interval.")
    return {
        "title": title,
        "text": f"{text} {why}" if is_alone else text,
        "columns": [first, _("Measured"), _("From"), _("To"), _("Out of")],
        "ticks": scale.ticks(),
        "dots": [{"label": label, "value": _cells(one, scale)[0], **_places(one, scale)} for label, one in lines],
        "rows": [[label, *_cells(one, scale)] for label, one in lines],
    }


def _places(one: Estimate | None, scale: Scale) -> dict[str, Any]:
    if one is None:
        return {}
    if one.low is None or one.high is None:
        return {"at": scale.at(one.value), "note": _("too few photos for an interval")}
    low, high = scale.at(one.low), scale.at(one.high)
    return {"at": scale.at(one.value), "low": low, "high": high}


def _cells(one: Estimate | None, scale: Scale) -> list[str]:
    if one is None:
        return [_NONE, _NONE, _NONE, "0"]
    ends = [scale.tell(edge) if edge is not None else _NONE for edge in (one.low, one.high)]
    return [scale.tell(one.value), *ends, str(one.of)]
