"""How far readers agree, for the lead and adjudicators."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotation import permissions, queries
from annotation.days import DAY
from annotation.queries import Agreement, OfReader
from annotation.views.intervals import SHARES, Line, beyond_chance, chart, years


@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """Agreement of the last weeks: in all, by field, by reader and by week."""
    permissions.check_can_see_agreement(request.user)
    compared = queries.comparisons()
    fields = queries.by_field(compared)
    readers = queries.by_reader(compared)
    by_week = [(date_format(week, DAY), one) for week, one in queries.by_week(compared)]
    context = {
        "weeks": queries.AGREEMENT_WEEKS,
        "fewest": queries.FEWEST,
        "whole": queries.agreement_of(compared),
        "waiting": queries.waiting_for_adjudication(),
        "fields": chart(
            _("Photos without a difference, by field"),
            _(
                "Of the photos that two people read, those in which they did not differ in this field. Where it says"
                " “not settled”, nobody is asked to decide a difference: it is only counted here."
            ),
            _("Field"),
            [(_named(rule.label, rule.goes_to_adjudication), one) for rule, one in fields],
            SHARES,
        ),
        "by_reader": _of_readers(readers) if readers else [],
        "by_week": _charts(_("Week from"), by_week),
    }
    return render(request, "annotation/agreement.html", context if compared else {"waiting": context["waiting"]})


def _named(label: object, goes_to_adjudication: bool) -> str:
    return str(label) if goes_to_adjudication else _("{field} (not settled)").format(field=label)


def _charts(first: str, rows: Sequence[tuple[str, Agreement]]) -> list[dict[str, Any]]:
    """A chart a measure, a line a row."""
    in_or_out: list[Line] = [(label, one.in_or_out) for label, one in rows]
    age: list[Line] = [(label, one.age) for label, one in rows]
    apart: list[Line] = [(label, one.years) for label, one in rows]
    return [
        chart(
            _("In or out"),
            _("Kappa (Cohen), read or excluded: 1 is full agreement, 0 as much as chance brings."),
            first,
            in_or_out,
            beyond_chance(in_or_out),
        ),
        chart(
            _("Age"),
            _("Alpha (Krippendorff) of the ages: 1 is full agreement, 0 as much as chance brings."),
            first,
            age,
            beyond_chance(age),
        ),
        chart(
            _("The same people marked"),
            _("Of all people that either marked, those whom both marked."),
            first,
            [(label, one.marks) for label, one in rows],
            SHARES,
        ),
        chart(
            _("The same number of people"),
            _("Of all photos that both read, those with equal counts."),
            first,
            [(label, one.counts) for label, one in rows],
            SHARES,
        ),
        chart(_("Years apart"), _("The mean difference of two ages."), first, apart, years(apart)),
    ]


def _of_readers(readers: Sequence[OfReader]) -> list[dict[str, Any]]:
    """The same of each person, and what only a person has: reading older than others, and being found right."""
    older: list[Line] = [(one.name, one.older) for one in readers]
    return [
        *_charts(_("Reader"), [(one.name, one.agreement) for one in readers]),
        chart(
            _("Older or younger than the others"),
            _("Own ages less those of the others, in years: right of 0 reads people older."),
            _("Reader"),
            older,
            years(older),
        ),
        chart(
            _("Found right by an adjudicator"),
            _("Of the photos on which the two differed and somebody settled it."),
            _("Reader"),
            [(one.name, one.found_right) for one in readers],
            SHARES,
        ),
    ]
