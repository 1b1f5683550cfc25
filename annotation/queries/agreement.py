"""How far people agree who read the same photos: per person, per week in which the second reading came, per field."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model

from annotation.agreement.reliability import Estimate, alpha, kappa, mean, share
from annotation.agreement.rules import RULES, Rule
from annotation.days import midnight, monday, today
from annotation.models import Answer, Comparison, Reading, Task
from annotation.transitions import Stage, TaskState

AGREEMENT_WEEKS: Final = 12
# Of fewer photos a person's figures say little, but would tell an adjudicator who wrote what.
FEWEST: Final = 5
_Key = TypeVar("_Key", UUID, date)


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: who read first and second, the Monday (UTC) of the second reading's week, codes and figures.

    `right` is who the adjudicator found right: 0 the first, 1 the second, -1 neither, None nobody was asked yet.
    """

    by: tuple[UUID, UUID]
    week: date
    differences: frozenset[str]
    figures: Mapping[str, Any]
    right: int | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """The measures of one set of comparisons; each None where there is nothing to compute it from.

    `in_or_out` is kappa; `age` alpha; `marks` the share of marked people whom both marked; `counts` the share of photos
    with equal counts; `years` the mean years between two ages.
    """

    compared: int
    in_or_out: Estimate | None
    age: Estimate | None
    marks: Estimate | None
    counts: Estimate | None
    years: Estimate | None


@dataclass(frozen=True, slots=True)
class OfReader:
    """One person's agreement with whoever else read the same photos.

    `older` is the mean of own ages less the other's, in years; `found_right` the share of the adjudicated photos in
    which the person's reading was taken.
    """

    name: str
    agreement: Agreement
    older: Estimate | None
    found_right: Estimate | None


def comparisons(weeks: int = AGREEMENT_WEEKS) -> list[Compared]:
    """The comparisons of so many weeks, this one included; not those of a reading that was taken back."""
    since = midnight(monday(today()) - timedelta(weeks=weeks - 1))
    rows = Comparison.objects.filter(
        at__gte=since, first__taken_back__isnull=True, second__taken_back__isnull=True
    ).order_by("pk")
    settlings = _settlings(since)
    return [
        Compared(
            by=(first_by, second_by),
            week=monday(at.date()),
            differences=frozenset(codes),
            figures=figures,
            right=_right(settlings.get(task, ()), first, second),
        )
        for first, second, first_by, second_by, task, at, codes, figures in rows.values_list(
            "first_id", "second_id", "first__by", "second__by", "second__task", "second__at", "differences", "figures"
        )
    ]


def agreement_of(compared: Sequence[Compared], staff_id: UUID | None = None) -> Agreement:
    """The measures of these comparisons; kappa takes one reader's own answers first, else the earlier ones."""
    of_people = [one.figures for one in compared if "counts" in one.figures]
    marked = [figures["people"] for figures in of_people]
    both = sum(matched for _first, _second, matched in marked)
    return Agreement(
        compared=len(compared),
        in_or_out=kappa([_answers(one, staff_id) for one in compared]),
        age=alpha([figures["ages"] for figures in of_people]),
        marks=share(both, sum(first + second for first, second, _matched in marked) - both),
        counts=share(sum(first == second for first, second in (one["counts"] for one in of_people)), len(of_people)),
        years=mean([[abs(first - second) for first, second in figures["ages"]] for figures in of_people], lowest=0),
    )


def by_field(compared: Sequence[Compared]) -> list[tuple[Rule, Estimate]]:
    """For each rule the share of the photos that it looks at in which the two did not differ."""
    told = []
    for rule in RULES:
        asked = [one for one in compared if _is_asked(rule.code, one.figures)]
        estimate = share(sum(rule.code not in one.differences for one in asked), len(asked))
        if estimate is not None:
            told.append((rule, estimate))
    return told


def by_week(compared: Iterable[Compared]) -> list[tuple[date, Agreement]]:
    """The measures of each week with comparisons, the newest first."""
    weeks = _grouped(compared, lambda one: [one.week])
    return [(week, agreement_of(weeks[week])) for week in sorted(weeks, reverse=True)]


def by_reader(compared: Iterable[Compared], fewest: int = FEWEST) -> list[OfReader]:
    """Whoever read so many photos that somebody else read too, by name."""
    groups = _grouped(compared, lambda one: one.by)
    readers = {reader: rows for reader, rows in groups.items() if len(rows) >= fewest}
    people = get_user_model()._default_manager.filter(pk__in=readers)
    return [
        OfReader(
            name=str(person),
            agreement=agreement_of(readers[person.pk], person.pk),
            older=mean([_less(one, person.pk) for one in readers[person.pk]]),
            found_right=_found_right(readers[person.pk], person.pk),
        )
        for person in people
    ]


def waiting_for_adjudication() -> int:
    """How many photos wait for an adjudicator, those on a screen included."""
    return Task.objects.filter(state__in=(TaskState.OPEN, TaskState.LEASED), stage=Stage.SETTLING).count()


def _grouped(compared: Iterable[Compared], keys: Callable[[Compared], Iterable[_Key]]) -> dict[_Key, list[Compared]]:
    groups: dict[_Key, list[Compared]] = defaultdict(list)
    for one in compared:
        for key in keys(one):
            groups[key].append(one)
    return groups


def _answers(one: Compared, staff_id: UUID | None) -> tuple[str, str]:
    first, second = one.figures["answers"]
    return (second, first) if staff_id == one.by[1] else (first, second)


def _less(one: Compared, staff_id: UUID) -> list[float]:
    sign = 1 if one.by[0] == staff_id else -1
    return [sign * (first - second) for first, second in one.figures.get("ages", ())]


def _found_right(compared: Iterable[Compared], staff_id: UUID) -> Estimate | None:
    settled = [one.by[one.right] == staff_id if one.right >= 0 else False for one in compared if one.right is not None]
    return share(sum(settled), len(settled))


def _is_asked(code: str, figures: Mapping[str, Any]) -> bool:
    """Whether a rule has anything to look at in a comparison."""
    asked = {
        "answer": True,
        "reason": "reasons" in figures,
        "count": "counts" in figures,
        "corners": "counts" in figures,
        "covers": "counts" in figures,
        "terms": "counts" in figures,
        "people": any(figures.get("people", ())),
        "box": bool(figures.get("boxes")),
    }
    return asked.get(code, bool(figures.get("ages")))


def _settlings(since: datetime) -> dict[UUID, list[tuple[int, int | None]]]:
    """What adjudicators answered, by task: the reading's number and that of the one found right, oldest first."""
    told: dict[UUID, list[tuple[int, int | None]]] = defaultdict(list)
    rows = Reading.objects.filter(
        stage=Stage.SETTLING,
        at__gte=since,
        taken_back__isnull=True,
        answer__in=(Answer.PEOPLE, Answer.EXCLUDED),
    )
    for task, pk, adopts in rows.order_by("pk").values_list("task", "pk", "adopts"):
        told[task].append((pk, adopts))
    return told


def _right(settlings: Iterable[tuple[int, int | None]], first: int, second: int) -> int | None:
    adopted = next(((adopts,) for pk, adopts in settlings if pk > second), None)
    if adopted is None:
        return None
    return {first: 0, second: 1}.get(adopted[0] or 0, -1)
