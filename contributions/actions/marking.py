"""Who is in a photo: marks, ages as written and as understood, and on what each person's agreement rests."""

from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import record
from audit.models import EventKind
from contributions import ages
from contributions.actions.drafts import actor_of, locked_person, locked_photo
from contributions.actions.inviting import uninvite
from contributions.actions.refusals import (
    AdultNotConfirmed,
    AgeNotClear,
    AlreadyYou,
    MarkedElsewhere,
    NotInvited,
    PeopleMarked,
    TooManyPeople,
)
from contributions.decades import decade_of
from contributions.limits import MOST_PEOPLE
from contributions.models import Basis, Invitation, Person, Photo

# The place of a mark and the age are in no event: only that somebody was marked, and on what the agreement rests.
MARKED = EventKind(
    "person:marked",
    "Person {person} was marked in photo {photo}.",
    ("photo", "person"),
    ties=(("photo", "person"),),
)
MOVED = EventKind("person:moved", "The mark of person {person} in photo {photo} was moved.", ("photo", "person"))
DESCRIBED = EventKind(
    "person:described",
    "The sender described person {person} in photo {photo} (basis: {basis}).",
    ("photo", "person", "basis", "age_rule"),
)
UNMARKED = EventKind(
    "person:unmarked", "The mark of person {person} in photo {photo} was removed.", ("photo", "person")
)
DATED = EventKind("photo:dated", "The sender said when photo {photo} was taken, or took that back.", ("photo",))
NOBODY = EventKind("photo:nobody", "The sender said whether nobody is in photo {photo}: {nobody}.", ("photo", "nobody"))

ADULT_FROM = 18


@transaction.atomic
def add_person(*, photo: Photo, x: float, y: float, person_id: UUID | None = None) -> Person:
    """Mark a person at a place of the photo (fractions of its width and height).

    `person_id` is drawn by the browser: the same id again is the same mark, left where it stands. Raises
    MarkedElsewhere (it is a mark on another photo) and TooManyPeople.
    """
    photo = locked_photo(photo)
    known = Person.objects.filter(pk=person_id).first() if person_id else None
    if known is not None:
        if known.photo_id != photo.pk:
            raise MarkedElsewhere
        return known
    taken = set(photo.persons.values_list("number", flat=True))
    if len(taken) >= MOST_PEOPLE:
        raise TooManyPeople
    number = next(number for number in range(1, MOST_PEOPLE + 1) if number not in taken)
    person = Person.objects.create(pk=person_id or uuid4(), photo=photo, number=number, x=x, y=y)
    if photo.nobody:
        _say_nobody(photo, nobody=False)
    _record(MARKED, person)
    return person


@transaction.atomic
def move_person(*, person: Person, x: float, y: float) -> Person:
    """Put a mark elsewhere (fractions, as above)."""
    person = locked_person(person)
    person.x, person.y = x, y
    person.save(update_fields=["x", "y"])
    _record(MOVED, person)
    return person


@transaction.atomic
def edit_person(
    *,
    person: Person,
    language: str,
    age_text: str | None = None,
    adult_confirmed: bool = False,
    basis: Basis | str | None = None,
) -> Person:
    """Write a person's age (as the sender wrote it) or who it is, or both; None leaves what stands.

    An empty `basis` takes back what was said; any but INVITED takes back an invitation, and INVITED needs one
    (`inviting.invite`). Raises AgeNotClear, AdultNotConfirmed (from 18 on), AlreadyYou and NotInvited.
    """
    person = locked_person(person)
    if age_text is not None:
        _set_age(person, age_text.strip(), language, adult_confirmed=adult_confirmed)
        _date_by_years(person)
    if basis is not None:
        _set_basis(person, basis)
    person.save()
    _record(DESCRIBED, person, basis=person.basis or None, age_rule=person.age_rule or None)
    return person


@transaction.atomic
def remove_person(*, person: Person) -> None:
    """Remove a mark and everything said about it."""
    person = locked_person(person)
    uninvite(person=person)
    _record(UNMARKED, person)
    person.delete()


@transaction.atomic
def set_nobody(*, photo: Photo, nobody: bool) -> None:
    """Say that nobody is in the photo, or take that back. Raises PeopleMarked."""
    photo = locked_photo(photo)
    if nobody and photo.persons.exists():
        raise PeopleMarked
    if photo.nobody != nobody:
        _say_nobody(photo, nobody=nobody)


@transaction.atomic
def date_photo(*, photo: Photo, decade: int | None) -> None:
    """Say in which decade the photo was taken (1980), or with None that this is not known."""
    photo = locked_photo(photo)
    if photo.taken_decade != decade:
        _date(photo, decade)


def _date(photo: Photo, decade: int | None) -> None:
    photo.taken_decade = decade
    photo.save(update_fields=["taken_decade"])
    record(DATED, subject=photo.pk, by=actor_of(photo.contribution_id), photo=photo.pk)


def _date_by_years(person: Person) -> None:
    """Where the age was given by two years and nobody said when the photo was taken, the first year says it."""
    year = ages.year_taken(person.age_text)
    if year is not None and person.photo.taken_decade is None:
        _date(person.photo, decade_of(year))


def _say_nobody(photo: Photo, *, nobody: bool) -> None:
    Photo.objects.filter(pk=photo.pk).update(nobody=nobody)
    record(NOBODY, subject=photo.pk, by=actor_of(photo.contribution_id), photo=photo.pk, nobody=nobody)


def _set_basis(person: Person, basis: Basis | str) -> None:
    if basis == Basis.SELF:
        other = person.photo.persons.filter(basis=Basis.SELF).exclude(pk=person.pk).first()
        if other is not None:
            raise AlreadyYou(other.number)
    if basis != Basis.INVITED:
        uninvite(person=person)
    elif not Invitation.objects.filter(person=person).exists():
        raise NotInvited
    person.basis = Basis(basis) if basis else ""


def _set_age(person: Person, text: str, language: str, *, adult_confirmed: bool) -> None:
    age = ages.read(text, language)
    if age is None:
        raise AgeNotClear
    is_adult = age.years >= ADULT_FROM
    if is_adult and not adult_confirmed:
        raise AdultNotConfirmed(age)
    person.age_text = text
    person.age_years, person.age_low, person.age_high, person.age_rule = age.years, age.low, age.high, age.rule
    person.adult_confirmed = is_adult


def _record(kind: EventKind, person: Person, **data: str | None) -> None:
    photo: Photo = person.photo
    by = actor_of(photo.contribution_id)
    record(kind, subject=photo.pk, by=by, photo=photo.pk, person=person.pk, **data)
