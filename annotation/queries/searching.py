"""Photos found by what is known of them, without a look at any."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.days import midnight
from annotation.models import Answer, Reading, ReadingPerson, Search, Suggestion, Task, TextSearch
from annotation.searching.criteria import Criteria, Standing, Text
from annotation.transitions import Stage, TaskState
from contributions.models import Person

# How many questions a person is offered again, of how many asked last.
RECENT: Final = 6
LOOKED_THROUGH: Final = 60
_STANDINGS: Final = {
    Standing.OPEN: Q(state=TaskState.OPEN),
    Standing.WAITING: Q(state=TaskState.OPEN, stage=Stage.FIRST),
    Standing.LEASED: Q(state=TaskState.LEASED),
    Standing.SECOND: Q(state=TaskState.OPEN, stage=Stage.SECOND),
    Standing.SETTLING: Q(state=TaskState.OPEN, stage=Stage.SETTLING),
}


def matching(criteria: Criteria) -> list[QuerySet[Task]]:
    """The tasks of photos for which all of this holds, the newest in the collection first; no task is in two parts.

    People and ages are those of the reading that counts, where one says who is there; else what the giver said. The
    decade is always the giver's. What was withdrawn is not found. In parts by whose word counts, because each alone is
    a question that the database answers by its indexes.
    """
    tasks = Task.objects.exclude(state=TaskState.GIVEN_BACK).order_by("-created_at", "-pk")
    if criteria.decade is not None:
        tasks = tasks.filter(photo__taken_decade=criteria.decade)
    if criteria.text:
        tasks = tasks.filter(_text(criteria.text))
    if criteria.standing in _STANDINGS:
        tasks = tasks.filter(_STANDINGS[Standing(criteria.standing)])
    if criteria == Criteria(decade=criteria.decade, text=criteria.text):
        return [tasks]
    parts = (part(tasks, criteria) for part in (_read, _excluded, _unread))
    return [part for part in parts if part is not None]


def count(criteria: Criteria) -> int:
    """For how many photos all of this holds."""
    return sum(part.count() for part in matching(criteria))


def is_found(photo_id: UUID, criteria: Criteria) -> bool:
    """Whether all of this holds for a photo."""
    return any(part.filter(photo=photo_id).exists() for part in matching(criteria))


def recent(staff_id: UUID) -> list[Search]:
    """The questions that this person asked last, the newest first; what was asked twice stands there once."""
    different: dict[str, Search] = {}
    for asked in Search.objects.filter(by_id=staff_id).order_by("-at", "-pk")[:LOOKED_THROUGH]:
        different.setdefault(str(sorted(asked.criteria.items())), asked)
    return list(different.values())[:RECENT]


def _read(tasks: QuerySet[Task], criteria: Criteria) -> QuerySet[Task] | None:
    """Those of which the reading that counts says who is there; None where the question rules them out."""
    if criteria.exclusion or criteria.standing not in {"", Standing.READ}:
        return None
    reading = _newest(criteria, Answer.PEOPLE).filter(**_counts(criteria))
    if criteria.terms:
        reading = reading.filter(terms__contains=list(criteria.terms))
    if ages := _ages(criteria):
        reading = reading.filter(Exists(ReadingPerson.objects.filter(reading=OuterRef("pk"), **ages)))
    if criteria.untouched:
        reading = reading.filter(_left_out())
    return tasks.filter(Exists(reading), state=TaskState.READ)


def _excluded(tasks: QuerySet[Task], criteria: Criteria) -> QuerySet[Task] | None:
    """Those that are excluded; None where the question rules them out."""
    if criteria.terms or criteria.untouched or criteria.standing not in {"", Standing.EXCLUDED}:
        return None
    reading = _newest(criteria, Answer.EXCLUDED)
    if criteria.exclusion:
        reading = reading.filter(exclusion=criteria.exclusion)
    return _as_given(tasks.filter(Exists(reading), state=TaskState.READ), criteria)


def _unread(tasks: QuerySet[Task], criteria: Criteria) -> QuerySet[Task] | None:
    """Those without an answer that stands; None where the question rules them out."""
    about_a_reading = (criteria.terms, criteria.untouched, criteria.exclusion, criteria.read_from, criteria.read_to)
    if any(about_a_reading) or criteria.standing in {Standing.READ, Standing.EXCLUDED}:
        return None
    return _as_given(tasks.exclude(state=TaskState.READ), criteria)


def _newest(criteria: Criteria, answer: Answer) -> QuerySet[Reading]:
    """The reading that counts for the task that the outer query is at, if it is such an answer of these days."""
    later = Reading.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"))
    readings = Reading.objects.filter(~Exists(later), task=OuterRef("pk"), answer=answer)
    if criteria.read_from:
        readings = readings.filter(at__gte=midnight(criteria.read_from))
    if criteria.read_to:
        readings = readings.filter(at__lt=midnight(criteria.read_to + timedelta(days=1)))
    return readings


def _as_given(tasks: QuerySet[Task], criteria: Criteria) -> QuerySet[Task]:
    """Keep those with as many people, and with somebody of such an age, as the giver said."""
    if ages := _ages(criteria):
        tasks = tasks.filter(Exists(Person.objects.filter(photo=OuterRef("photo"), **ages)))
    low, high = criteria.people_from or 0, criteria.people_to
    counted = Person.objects.filter(photo=OuterRef("photo")).order_by().values("photo").annotate(number=Count("pk"))
    if low:
        return tasks.filter(Exists(counted.filter(**_span("number", low, high))))
    # Nobody has no row, so those are left out of whom too many were marked.
    return tasks if high is None else tasks.filter(~Exists(counted.filter(number__gt=high)))


def _left_out() -> Exists:
    """Whether a machine saw a face where this reading has nobody."""
    marked = ReadingPerson.objects.filter(
        reading=OuterRef(OuterRef("pk")),
        x__gte=OuterRef("left"),
        x__lte=OuterRef("right"),
        y__gte=OuterRef("top"),
        y__lte=OuterRef("bottom"),
    )
    return Exists(Suggestion.objects.filter(~Exists(marked), photo=OuterRef("task__photo"), kind=Suggestion.Kind.FACE))


def _text(text: str) -> Q:
    """Whether text was seen on the print; that there is none is known only where it was looked for."""
    seen = Exists(Suggestion.objects.filter(photo=OuterRef("photo"), kind=Suggestion.Kind.TEXT))
    looked = Exists(TextSearch.objects.filter(photo=OuterRef("photo"), done_at__isnull=False))
    return Q(seen) if text == Text.FOUND else Q(looked) & ~Q(seen)


def _counts(criteria: Criteria) -> dict[str, int]:
    return _span("people_count", criteria.people_from, criteria.people_to)


def _ages(criteria: Criteria) -> dict[str, int]:
    # Somebody of 9 is anything up to the tenth birthday.
    return _span("age_years", criteria.age_from, None if criteria.age_to is None else criteria.age_to + 1, "lt")


def _span(field: str, low: int | None, high: int | None, until: str = "lte") -> dict[str, int]:
    """The conditions that keep a field between these two, either of which may be missing."""
    ends = {f"{field}__gte": low, f"{field}__{until}": high}
    return {name: value for name, value in ends.items() if value is not None}
