"""Reading the log: its entries in order, whether it is whole, and what the auditor's desk shows."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NotRequired, TypedDict

from django.conf import settings
from django.utils.module_loading import autodiscover_modules, import_string

from audit.copies.reading import (
    CopiesDamaged,
    checkpoint,
    is_log_behind,
    is_log_complete,
    log_key,
    log_vkey,
    proof,
    standing,
    tile,
)
from audit.kinds import declared
from audit.models import EventKind
from audit.proofs.chain import Checked, End, Row, verify
from audit.queries.retelling import Told, absent, following, told, unlike
from audit.queries.selections import AUDITOR, Selection, mentioning, story
from audit.queries.stored import end, rows, verify_stored

__all__ = [
    "AUDITOR",
    "Chart",
    "Checked",
    "CopiesDamaged",
    "End",
    "Panel",
    "Row",
    "Selection",
    "Told",
    "absent",
    "charts",
    "checkpoint",
    "choices",
    "end",
    "following",
    "is_log_behind",
    "is_log_complete",
    "kinds",
    "log_key",
    "log_vkey",
    "mentioning",
    "panels",
    "proof",
    "rows",
    "standing",
    "story",
    "tile",
    "told",
    "unlike",
    "verify",
    "verify_stored",
]


class Panel(TypedDict):
    """Numbers that a room shows at the top of the auditor's desk; `bars` are also drawn, longest for the largest."""

    title: str
    rows: list[tuple[str, object]]
    bars: NotRequired[list[tuple[str, int]]]


class Series(TypedDict):
    """What a chart marks: a value for each x, None where there is none. `line` draws one line, such as a promise."""

    label: str
    y: list[float | None]
    line: NotRequired[bool]


class Points(TypedDict):
    """What a chart draws: times in POSIX seconds, rising, and as many values in each series."""

    x: list[int]
    series: list[Series]


class Chart(TypedDict):
    """A picture of numbers over time on the auditor's desk, the same numbers as a table, and cases told in sentences.

    `text` says in a sentence what one sees; `unit` is what y counts ("s", "h"). The first cell of a row names the row.
    A sentence holds whole ids: the desk shortens each and links it to its story.
    """

    title: str
    text: str
    unit: str
    points: Points
    columns: list[str]
    rows: list[list[str]]
    sentences: list[str]


def kinds() -> Mapping[str, EventKind]:
    """Every kind of event that any installed room declares, by name."""
    _load_rooms()
    return declared()


@cache
def _load_rooms() -> None:
    autodiscover_modules("actions")


def panels() -> list[Panel]:
    """What settings.AUDIT_PANELS name, in that order."""
    found: Sequence[Callable[[], Panel]] = [import_string(name) for name in settings.AUDIT_PANELS]
    return [panel() for panel in found]


def charts() -> list[Chart]:
    """What settings.AUDIT_CHARTS name, in that order."""
    found: Sequence[Callable[[], list[Chart]]] = [import_string(name) for name in settings.AUDIT_CHARTS]
    return [chart for charts_of in found for chart in charts_of()]


def choices() -> dict[str, list[tuple[str, str]]]:
    """What settings.AUDIT_CHOICES offer for the filter: name of the field -> pairs of id in the log and label."""
    return {field: list(import_string(name)()) for field, name in settings.AUDIT_CHOICES.items()}
