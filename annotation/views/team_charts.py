"""The numbers of the lead's page as _components/chart_table.html draws them, with charts.js where days are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotation.days import DAY, midnight
from annotation.models import Exclusion
from annotation.queries.exposure import DAYS, WEEK, Exposed
from annotation.queries.looks import REASON, Exposures
from annotation.queries.team import AGES, PACE_DAYS, AtStage
from screening.queries import REVEAL, TASK

# What a view is for, by the code that its row has.
REASONS: Final[dict[str, Promise]] = {
    TASK: gettext_lazy("Reading"),
    REASON: gettext_lazy("Search"),
    "duplicate": gettext_lazy("Near-duplicates"),
    REVEAL: gettext_lazy("Held photos"),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, or what charts.js draws under `plot`; the same numbers as a table, whose first cell names the row."""

    title: str
    text: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    bars: Sequence[dict[str, object]] = ()
    plot: str = ""
    drawn: dict[str, Any] | None = None


def waiting_chart(stages: Sequence[AtStage]) -> Chart:
    """How long photos have waited, all stages together as bars and each in the table."""
    names = _names_of_ages()
    totals = [sum(stage.by_age.get(days, 0) for stage in stages) for days in AGES]
    return Chart(
        title=_("How long they have waited"),
        text=_("Photos that nobody holds, by the days since their stage began to wait."),
        columns=[_("Waiting"), *(str(stage.stage.label) for stage in stages), _("Together")],
        rows=[
            [name, *(stage.by_age.get(days, 0) for stage in stages), total]
            for name, days, total in zip(names, AGES, totals, strict=True)
        ],
        bars=_bars(names, totals),
    )


def pace_chart(days: Sequence[tuple[date, int, int]]) -> Chart:
    """Photos a day."""
    return Chart(
        title=_("Photos a day"),
        text=_("Each photo on the day of its newest answer (UTC), in the last %(days)s days.") % {"days": PACE_DAYS},
        columns=[_("Day"), _("Read"), _("Excluded")],
        rows=[[date_format(day, DAY), read, excluded] for day, read, excluded in reversed(days)],
        plot="pace",
        drawn={
            "title": _("Photos a day"),
            "unit": "",
            "daily": True,
            "stacked": True,
            "x": [_seconds(day) for day, _read, _excluded in days],
            "series": [
                {"label": _("read"), "y": [read for _day, read, _excluded in days]},
                {"label": _("excluded"), "y": [excluded for _day, _read, excluded in days]},
            ],
        },
    )


def exclusions_chart(counts: Sequence[tuple[str, int]]) -> Chart:
    """Excluded photos by reason."""
    labels = [str(Exclusion(code).label) for code, _number in counts]
    numbers = [number for _code, number in counts]
    total = sum(numbers)
    return Chart(
        title=_("Excluded photos by reason"),
        text=ngettext("%(n)s settled photo is excluded.", "%(n)s settled photos are excluded.", total)
        % {"n": number_format(total, force_grouping=True)},
        columns=[_("Reason"), _("Code"), _("Photos")],
        rows=[[label, code, number] for label, (code, number) in zip(labels, counts, strict=True)],
        bars=_bars(labels, numbers),
    )


def limits_chart(people: Sequence[Exposed]) -> Chart:
    """What each person has read or looked at today, beside the limit of the day: a full bar is the limit."""
    used = sorted(_used(people))
    return Chart(
        title=_("Today, beside the limit of the day"),
        text=_(
            "What counts towards the limit: each photo answered or put off, once more where an answer was taken back"
            " and given anew; for safety officers each held photo opened. A full bar is the limit."
        ),
        columns=[_("Person"), _("Today"), _("Limit")],
        rows=[[name, f"{today} {what}", cap] for name, what, today, cap in used],
        bars=[
            {
                "label": name,
                "value": _("%(today)s of %(cap)s") % {"today": today, "cap": cap},
                "share": min(100.0, 100 * today / max(1, cap)),
                "series": 2 if today >= cap else 1,
            }
            for name, _what, today, cap in used
        ],
    )


def views_chart(people: Sequence[Exposed]) -> Chart:
    """How often each person saw a photo, by name."""
    reasons = sorted({reason for person in people for reason in person.views.by_reason}, key=_place)
    return Chart(
        title=_("Views of photos in the last %(days)s days") % {"days": WEEK},
        text=_(
            "Each picture that was sent to a person is one view; the table tells what they were for, over"
            " %(days)s days. Views and photos answered need not be equal: pictures are sent ahead and may go back"
            " unanswered, and whoever answers anew may still have the picture."
        )
        % {"days": DAYS},
        columns=[
            _("Person"),
            _("Today"),
            _("%(days)s days") % {"days": WEEK},
            _("%(days)s days") % {"days": DAYS},
            *(str(REASONS.get(reason, reason)) for reason in reasons),
        ],
        rows=[
            [
                person.name,
                person.views.today,
                person.views.week,
                person.views.month,
                *(person.views.by_reason.get(reason, 0) for reason in reasons),
            ]
            for person in people
        ],
        bars=_bars([person.name for person in people], [person.views.week for person in people]),
    )


def questions_chart(exposures: Exposures) -> Chart:
    """Pictures opened per question asked, by week."""
    weeks = exposures.weeks.items()
    asked = [(monday, week) for monday, week in weeks if week.questions]
    return Chart(
        title=_("Pictures opened per question"),
        text=_("By the week of the question (from Monday, UTC). The lower, the more was found without looking."),
        columns=[_("Week from"), _("Questions"), _("Pictures opened"), _("Per question")],
        rows=[
            [date_format(monday, DAY), week.questions, week.looks, "-" if week.ratio is None else f"{week.ratio:.1f}"]
            for monday, week in reversed(weeks)
        ],
        # One week alone is a row, not a picture.
        plot="per-question" if len(asked) > 1 else "",
        drawn={
            "title": _("Pictures opened per question"),
            "unit": "",
            "daily": True,
            "x": [_seconds(monday) for monday, _week in asked],
            "series": [{"label": _("per question"), "y": [week.ratio for _monday, week in asked]}],
        },
    )


def _used(people: Sequence[Exposed]) -> Iterator[tuple[str, str, int, int]]:
    """Name, what was done, how often today and how often at most."""
    for person in people:
        if person.reading is not None:
            yield person.name, _("photos answered or put off"), person.reading.seen, person.reading.cap
        if person.looking is not None:
            yield person.name, _("held photos opened"), person.looking.today, person.looking.cap


def _names_of_ages() -> list[str]:
    names = [_("less than a day")]
    for low, beyond in zip(AGES[1:], [*AGES[2:], None], strict=True):
        if beyond is None:
            names.append(_("%(low)s days and more") % {"low": low})
        elif beyond - low == 1:
            names.append(ngettext("%(low)s day", "%(low)s days", low) % {"low": low})
        else:
            names.append(_("%(low)s to %(high)s days") % {"low": low, "high": beyond - 1})
    return names


def _bars(labels: Sequence[str], numbers: Sequence[int]) -> list[dict[str, object]]:
    most = max(numbers, default=0) or 1
    return [
        {"label": label, "value": number_format(number, force_grouping=True), "share": 100 * number / most}
        for label, number in zip(labels, numbers, strict=True)
    ]


def _place(reason: str) -> tuple[int, str]:
    known = list(REASONS)
    return (known.index(reason) if reason in known else len(known), reason)


def _seconds(day: date) -> int:
    return int(midnight(day).timestamp())
