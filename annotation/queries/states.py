"""A kept reading as the workbench's page has one: the state of static/js/workbench/draft.js."""

from collections.abc import Sequence
from typing import TypedDict

from annotation.models import Reading, ReadingPerson, Suggestion


class PersonState(TypedDict):
    """One person: place and box (left, top, right, bottom) as fractions, ages in years; low and high None: no range."""

    id: str
    mark: str | None
    suggestion: int | None
    x: float
    y: float
    box: list[float] | None
    age: float
    low: float | None
    high: float | None


class DraftState(TypedDict):
    """What is answered for one photo, as the page's Draft holds it."""

    people: list[PersonState]
    count: int | None
    corners: list[float]
    covers: list[list[float]]
    terms: list[str]
    exclusion: str
    note: str


def state_of(reading: Reading) -> DraftState:
    """The reading as a state to begin with; its persons and covers are best fetched before."""
    people = list(reading.persons.all())
    faces = _faces(reading) if any(person.suggested for person in people) else []
    return {
        "people": [_person(person, faces) for person in people],
        "count": reading.people_count or None,
        "corners": list(reading.corners),
        "covers": [list(cover.box.edges) for cover in reading.covers.all()],
        "terms": list(reading.terms),
        "exclusion": reading.exclusion,
        "note": reading.note,
    }


def _faces(reading: Reading) -> list[Suggestion]:
    return list(Suggestion.objects.filter(photo=reading.task.photo_id, kind=Suggestion.Kind.FACE).order_by("pk"))


def _person(person: ReadingPerson, faces: Sequence[Suggestion]) -> PersonState:
    age, low, high = float(person.age_years), float(person.age_low), float(person.age_high)
    mark = str(person.person_id) if person.person_id else None
    ranged = low < high
    return {
        "id": mark or f"added-{person.pk}",
        "mark": mark,
        "suggestion": _suggestion(person, faces),
        "x": person.x,
        "y": person.y,
        "box": list(person.box.edges) if person.box else None,
        "age": age,
        "low": low if ranged else None,
        "high": high if ranged else None,
    }


def _suggestion(person: ReadingPerson, faces: Sequence[Suggestion]) -> int | None:
    """The suggestion that was taken for this person, as far as it still lies there."""
    if not person.suggested:
        return None
    around = (one.pk for one in faces if one.box.holds(person.x, person.y))
    return next(around, None)
