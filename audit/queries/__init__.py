"""Reading the log: its entries in order, whether it is whole, and what the auditor's desk shows."""

from collections.abc import Mapping
from functools import cache
from typing import NotRequired, TypedDict

from django.utils.module_loading import autodiscover_modules

from audit.copies.behind import is_log_behind, is_log_complete
from audit.copies.reading import (
    CopiesDamaged,
    checkpoint,
    log_key,
    log_vkey,
    proof,
    published,
    statement,
)
from audit.kinds import declared
from audit.models import EventKind
from audit.proofs.chain import verify
from audit.queries.exporting import exported
from audit.queries.refills import is_replayed, needs_replay, retold, unreplayed
from audit.queries.retelling import absent, following, id_in, legible, told, unlike, unreadable
from audit.queries.roots import root_at
from audit.queries.selections import AUDITOR, Selection, mentioning
from audit.queries.stored import end, rows, verify_stored
from audit.queries.system import system_figures

__all__ = [
    "AUDITOR",
    "Chart",
    "CopiesDamaged",
    "Panel",
    "Selection",
    "absent",
    "checkpoint",
    "end",
    "exported",
    "following",
    "id_in",
    "is_log_behind",
    "is_log_complete",
    "is_replayed",
    "kinds",
    "legible",
    "log_key",
    "log_vkey",
    "mentioning",
    "needs_replay",
    "proof",
    "published",
    "retold",
    "root_at",
    "rows",
    "statement",
    "system_figures",
    "told",
    "unlike",
    "unreadable",
    "unreplayed",
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
