"""The gate in one SQL statement: every axis of every photo that is here, and the first reason that keeps it out.

It reads the other rooms' axes: is the photo in use (consent), judged clear (screening), read and not excluded
(annotation), does everybody shown stand on a basis and a scope that the release asks for, and is its picture cut.
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from annotation import queries as annotation
from annotation.models import ReadingPerson
from contributions import queries as contributions
from contributions.models import Photo
from releases.eligibility.people import ReasonInPeople, VerdictInPeople
from releases.eligibility.rules import Rules
from releases.models import Readings
from screening import queries as screening

IN: Final = ""


def decided(rules: Rules) -> QuerySet[Any]:
    """Every photo that is here, in no order, with its `reason`: a code of releases.reasons, empty for one that is in.

    `reading_id` is the reading that settled, None without one; `grounds` says of each person read, in their order, on
    what the agreement rests, empty for one whom the contributor did not mark.
    """
    reason = _reason(rules, ReasonInPeople(*_asked_of_people(rules), _reason_in_crop()), _code)
    return axes(rules).annotate(reason=reason, reading_id=F("settled"), grounds=F("shown"))


def verdicts(rules: Rules) -> QuerySet[Any]:
    """As `decided`, for a statement that writes down the reason and the grounds, and shall not work them out twice.

    `verdict` is an array: the reason, and after it the grounds; no grounds follow a reason that lies elsewhere.
    """
    verdict = _reason(rules, VerdictInPeople(*_asked_of_people(rules), _reason_in_crop()), _alone)
    return axes(rules).annotate(verdict=verdict, reading_id=F("settled"))


def funnel(rules: Rules) -> dict[str, int]:
    """How many photos each reason keeps out, and how many are in (under "")."""
    found = decided(rules).values_list("reason").annotate(photos=Count("pk"))
    return dict(found)


def axes(rules: Rules) -> QuerySet[Photo]:
    """Every photo that is here, with an alias for each thing that is asked of it.

    `in_use`, `cleared` (asked of photos in use alone), `covers` (the scopes), `settled` (the reading), `looked_twice`,
    `shown` (as `grounds` of `decided`), `people` (the reason that lies in them), `is_cut`.
    """
    return (
        annotation.with_settled(Photo.objects.filter(state="ready").order_by())
        .alias(
            in_use=_looked_up(contributions.in_use()),
            cleared=_among(screening.servable()),
            covers=_covers(rules),
            looked_twice=Exists(annotation.confirmed().filter(pk=OuterRef("settled"))),
            shown=_grounds(),
        )
        .alias(
            people=ReasonInPeople(*_asked_of_people(rules), Value(IN, output_field=CharField())),
            is_cut=Q(settled__crop__cut_at__isnull=False, settled__crop__dropped_at__isnull=True),
        )
    )


def _reason(rules: Rules, in_people: Func, told: Callable[[str], Value]) -> Case:
    """The first reason, in the order of releases.reasons, each as it is `told`; `in_people` tells the last ones.

    Who is cleared is not asked about use a second time.
    """
    once = [When(looked_twice=False, then=told("once"))] if rules.readings == Readings.AGREED else []
    in_what_is_read = Case(
        When(settled=None, then=told("unread")),
        When(~Q(settled__exclusion=""), then=told("excluded")),
        *once,
        When(covers=False, then=told("scope")),
        default=in_people,
    )
    not_cleared = Case(When(in_use=True, then=told("screening")), default=told("consent"))
    return Case(When(cleared=True, then=in_what_is_read), default=not_cleared, output_field=in_people.output_field)


def _code(reason: str) -> Value:
    return Value(reason, output_field=CharField())


def _alone(reason: str) -> Value:
    return Value([reason], output_field=ArrayField(CharField()))


def _asked_of_people(rules: Rules) -> tuple[Any, ...]:
    return (
        F("shown"),
        Coalesce(F("settled__people_count"), 0),
        Value(sorted(rules.bases), output_field=ArrayField(CharField())),
        Value(rules.with_nobody, output_field=BooleanField()),
    )


def _reason_in_crop() -> Case:
    return Case(
        When(settled__crop__refused=True, then=Value("border")),
        When(is_cut=True, then=Value(IN)),
        default=Value("uncut"),
    )


def _covers(rules: Rules) -> Exists | Value:
    """Whether the consents cover the scopes; research alone is what being in use means."""
    if rules.needed <= {"research"}:
        return Value(True, output_field=BooleanField())
    return _among(contributions.in_use(scopes=sorted(rules.needed)))


def _grounds() -> ArraySubquery:
    people = ReadingPerson.objects.filter(reading=OuterRef("settled")).order_by("number")
    grounds = Coalesce(contributions.grounds_case("person__"), Value(""), output_field=CharField())
    return ArraySubquery(people.annotate(grounds=grounds).values("grounds"))


def _among(photos: QuerySet[Photo]) -> Exists:
    return Exists(photos.filter(pk=OuterRef("pk")))


def _looked_up(photos: QuerySet[Photo]) -> Coalesce:
    """As `_among`, but asked photo by photo: of those few that it is asked of, instead of of all beforehand."""
    one = photos.filter(pk=OuterRef("pk")).order_by().annotate(there=Value(True)).values("there")[:1]
    return Coalesce(Subquery(one, output_field=BooleanField()), False)
