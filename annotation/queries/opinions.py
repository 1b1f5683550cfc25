"""A kept reading as the plain values that are compared."""

from annotation.agreement.matching import PersonCompared
from annotation.agreement.rules import Opinion, Pair
from annotation.models import Reading, ReadingPerson
from contributions.models import Photo


def pair_of(first: Reading, second: Reading, photo: Photo) -> Pair:
    """Two readings of this photo, to be compared; their persons and covers are best fetched before."""
    wide = photo.width / photo.height if photo.width and photo.height else 1.0
    return Pair(_opinion(first), _opinion(second), wide)


def _opinion(reading: Reading) -> Opinion:
    return Opinion(
        answer=reading.answer,
        exclusion=reading.exclusion,
        count=reading.people_count,
        people=[_seen(person) for person in reading.persons.all()],
        corners=reading.corners,
        covers=[cover.box for cover in reading.covers.all()],
        terms=frozenset(reading.terms),
    )


def _seen(person: ReadingPerson) -> PersonCompared:
    return PersonCompared(
        mark=person.person_id,
        x=person.x,
        y=person.y,
        box=person.box,
        age=float(person.age_years),
        low=float(person.age_low),
        high=float(person.age_high),
    )
