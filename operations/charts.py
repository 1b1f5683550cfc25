"""The last day as _components/chart_section.html draws it: waits in minutes or hours, the disk in GB."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from operations.conditions import CHECKPOINT_BEHIND, MAIL_WAITS, PHOTO_WAITS, low_disk
from operations.queries import History
from operations.words import GIGABYTE

MINUTE: Final = 60
HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Plan:
    """One chart: figures by name with a short label, divided by `by`, called `unit`; and where alarms begin."""

    plot: str
    title: Promise
    text: Promise
    unit: str
    by: float
    lines: Mapping[str, Promise]
    bounds: Callable[[], list[tuple[str, float]]] = list


@dataclass(frozen=True, slots=True)
class Chart:
    """What charts.js draws under `plot`; the same numbers as a table, whose first cell names the row."""

    title: str
    text: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    plot: str
    drawn: dict[str, Any]
    bars: Sequence[dict[str, object]] = ()


PLANS: Final = (
    Plan(
        "waits-machines",
        gettext_lazy("How long photos wait for machines"),
        gettext_lazy("The oldest in each quarter of an hour, in minutes. Above 60 an alarm is raised."),
        "min",
        MINUTE,
        {
            "intake_oldest_seconds": gettext_lazy("to be checked"),
            "consented_oldest_seconds": gettext_lazy("after consent"),
            "withdrawal_oldest_seconds": gettext_lazy("on the way out"),
        },
        lambda: [(_("alarm: to be checked"), PHOTO_WAITS)],
    ),
    Plan(
        "waits-people",
        gettext_lazy("How long photos wait for people and for time"),
        gettext_lazy("The oldest in each quarter of an hour, in hours."),
        "h",
        HOUR,
        {
            "held_oldest_seconds": gettext_lazy("held, for an officer"),
            "reading_oldest_seconds": gettext_lazy("to be read"),
            "erasures_oldest_seconds": gettext_lazy("withdrawn, to be erased"),
        },
    ),
    Plan(
        "waits-outside",
        gettext_lazy("How far mail and the log are behind"),
        gettext_lazy("The oldest in each quarter of an hour, in minutes. Alarms: mail above 30, the log above 10."),
        "min",
        MINUTE,
        {
            "mails_oldest_seconds": gettext_lazy("mail"),
            "checkpoint_behind_seconds": gettext_lazy("log without a checkpoint"),
        },
        lambda: [(_("alarm: mail"), MAIL_WAITS), (_("alarm: log"), CHECKPOINT_BEHIND)],
    ),
    Plan(
        "disk",
        gettext_lazy("Free disk"),
        gettext_lazy("The least in each quarter of an hour, in GB."),
        "GB",
        GIGABYTE,
        {"disk_free_bytes": gettext_lazy("free")},
        lambda: [(_("alarm below"), low_disk())],
    ),
)
NAMES: Final = [name for plan in PLANS for name in plan.lines]
LOWEST: Final = ["disk_free_bytes"]


def charts(past: History) -> Iterator[Chart]:
    """The charts of PLANS; none while there is nothing to compare."""
    if len(past.at) > 1:
        for plan in PLANS:
            yield _chart(plan, past)


def _chart(plan: Plan, past: History) -> Chart:
    values = {name: [None if y is None else y / plan.by for y in past.figures[name]] for name in plan.lines}
    rows = zip(past.at, *values.values(), strict=True)
    return Chart(
        title=str(plan.title),
        text=str(plan.text),
        columns=[_("From (UTC)"), *(f"{label} ({plan.unit})" for label in plan.lines.values())],
        rows=[
            [f"{datetime.fromtimestamp(at, UTC):%d %b, %H:%M}", *(_written(value) for value in row)]
            for at, *row in reversed(list(rows))
        ],
        plot=plan.plot,
        drawn={
            "title": str(plan.title),
            "unit": plan.unit,
            "whole": True,
            "bounds": [{"label": label, "at": at / plan.by} for label, at in plan.bounds()],
            "x": past.at,
            "series": [{"label": str(label), "y": values[name]} for name, label in plan.lines.items()],
        },
    )


def _written(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.1f}"
