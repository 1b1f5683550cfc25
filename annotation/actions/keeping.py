"""The rows of an answer."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from uuid import UUID

from annotation.answers import PersonRead, Said
from annotation.models import Answer, Reading, ReadingCover, ReadingPerson
from contributions.queries import WHOLE

Place = tuple[float, float]


def reading_of(said: Said) -> Reading:
    """An answer as a row that is not stored yet and belongs to nobody."""
    about_people = said.kind == Answer.PEOPLE
    return Reading(
        answer=said.kind,
        exclusion=said.exclusion if said.kind == Answer.EXCLUDED else "",
        note="" if about_people else said.note.strip(),
        people_count=said.people_count,
        corners=list(said.corners if about_people else WHOLE),
        terms=list(said.terms) if about_people else [],
    )


def keep_people(
    reading: Reading, people: Collection[PersonRead], *, marks: Mapping[UUID, Place], faces: Collection[int]
) -> list[ReadingPerson]:
    """Store the people of a stored reading; `marks` are the contributor's and where they stand, as fractions."""
    rows = [
        ReadingPerson(
            reading=reading,
            person_id=read.mark,
            number=number,
            x=read.x,
            y=read.y,
            **(asdict(read.box) if read.box else {}),
            moved=read.mark is not None and _is_moved(read, marks[read.mark]),
            # A suggestion that went meanwhile is no reason to lose an answer.
            suggested=read.mark is None and read.suggestion in faces,
            age_years=read.age_years,
            age_low=read.low,
            age_high=read.high,
        )
        for number, read in enumerate(people, start=1)
    ]
    return ReadingPerson.objects.bulk_create(rows)


def keep_covers(reading: Reading, said: Said) -> None:
    """Store what a stored reading covers."""
    ReadingCover.objects.bulk_create(ReadingCover(reading=reading, **asdict(box)) for box in said.covers)


def _is_moved(read: PersonRead, place: Place) -> bool:
    return abs(place[0] - read.x) > 1e-4 or abs(place[1] - read.y) > 1e-4
