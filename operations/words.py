"""Figures as people read them: a span of time, a size, a count."""

from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from operations.figures import BYTES, SECONDS, YES_OR_NO, Figure

_SPANS: Final = ((2 * 86400, 86400, "d"), (2 * 3600, 3600, "h"), (120, 60, "min"))
GIGABYTE: Final = 1000**3


def span(seconds: float) -> str:
    """A span of time as short as it can be read: 12 s, 3 min, 5 h, 4 d."""
    for at_least, unit, name in _SPANS:
        if seconds >= at_least:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def written(figure: Figure, value: float | None) -> str:
    """The value of a figure; what is not known is told as that."""
    if value is None:
        return _("not known")
    if figure.unit == SECONDS:
        return span(value) if value else "\N{EN DASH}"
    if figure.unit == BYTES:
        return f"{value / GIGABYTE:.1f} GB"
    if figure.unit == YES_OR_NO:
        return _("yes") if value else _("no")
    return number_format(int(value), force_grouping=True)
