"""Which ages and times the collection has, and which it lacks: for everybody, from what was counted last."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from contributions import queries
from contributions.queries.coverage import AGES, DECADES, FEWEST, Coverage
from contributions.queries.wanted import wanted_ages, wanted_times

# Shades of a cell by its share of what an even spread of the goal would put there: under a quarter, a half, all, more.
STEPS = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table, and its shade: 0 (under five) to 4."""

    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Row:
    """One age and its numbers, decade by decade."""

    label: str
    cells: Sequence[Cell]


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What is looked for most, people by age, and people by age and decade."""
    counted = queries.coverage()
    values = [counted.ages.get(age, 0) for age in AGES]
    most = max(values) or 1
    labels = [_age(age) for age in AGES]
    shown = [_shown(value) for value in values]
    context = {
        "coverage": counted,
        "sentences": queries.shortest(counted),
        "ages": wanted_ages(counted),
        "times": wanted_times(counted),
        "bars": [
            {"label": label, "value": told, "share": round(100 * value / most, 1)}
            for label, told, value in zip(labels, shown, values, strict=True)
        ],
        "columns": [_("Age in the picture"), _("People")],
        "rows": list(zip(labels, shown, strict=True)),
        "decades": [_decade(decade) for decade in DECADES],
        "heat": [Row(label, _cells(counted, age)) for age, label in zip(AGES, labels, strict=True)],
        "photos": [counted.decades.get(decade, 0) for decade in DECADES],
        "fewest": FEWEST,
        "giving_open": queries.giving_open(),
    }
    return render(request, "contributions/coverage.html", context)


def _cells(counted: Coverage, age: int) -> list[Cell]:
    even = int(settings.CAMPAIGN["goal"]) / (len(AGES) * len(DECADES))
    counts = [counted.cells.get((age, decade), 0) for decade in DECADES]
    return [Cell(count, _shade(count / even) if count else 0) for count in counts]


def _shade(share: float) -> int:
    return 1 + sum(share >= step for step in STEPS)


def _age(age: int) -> str:
    if not age:
        return _("under 1")
    return ngettext("%(count)d year", "%(count)d years", age) % {"count": age}


def _decade(decade: int) -> str:
    if decade == DECADES[0]:
        return _("before %(year)d") % {"year": DECADES[1]}
    return _("%(year)ds") % {"year": decade}


def _shown(value: int) -> str:
    return str(value) if value else _("under %(count)d") % {"count": FEWEST}
