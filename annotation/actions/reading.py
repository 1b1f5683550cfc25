"""What an annotator answers: one transaction, once, checked against the lease and the photo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from annotation.actions.leasing import LeaseLost, leased
from annotation.actions.moving import move
from annotation.actions.showing_text import destroy_text
from annotation.boxes import Box
from annotation.models import Exclusion, Reading, ReadingCover, ReadingPerson, Suggestion, Task
from annotation.transitions import TaskState
from audit.actions import record
from audit.models import EventKind
from contributions.models import Person
from screening import queries as gate

READ = EventKind(
    "photo:read",
    "{actor} read photo {photo}; people found in it: {people}.",
    fields=("photo", "reading", "people", "moved", "cropped"),
    optional=("suggested", "covered"),
    ties=(("photo", "reading"),),
)
EXCLUDED = EventKind(
    "photo:excluded",
    "{actor} excluded photo {photo}, for the reason {reason}.",
    fields=("photo", "reading", "reason"),
    ties=(("photo", "reading"),),
)


class AnswerNotValid(Exception):
    """The answer does not fit the photo: a mark that is not there, a place outside, an age that is none."""


@dataclass(frozen=True)
class PersonRead:
    """One person as the annotator saw them: the contributor's mark (or None), place as fractions, age in years.

    `suggestion` is the machine's suggestion that the annotator took for a mark, if it was one.
    """

    mark: UUID | None
    x: float
    y: float
    age_years: Decimal
    suggestion: int | None = None


@dataclass(frozen=True)
class Crop:
    """The picture without its border, as fractions of the rebuilt photo."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What of an answer has to fit the photo."""

    people: Sequence[PersonRead]
    crop: Crop
    covers: Sequence[Box]
    exclusion: str


@transaction.atomic
def submit(
    *,
    task_id: UUID,
    lease: UUID,
    version: int,
    key: UUID,
    staff_id: UUID,
    people: Sequence[PersonRead],
    crop: Crop,
    covers: Sequence[Box] = (),
    exclusion: str = "",
    note: str = "",
    seconds: int = 0,
) -> Reading:
    """One annotator's answer: a reading of people, ages, crop and covers, or an exclusion with its reason.

    What was read on the print is destroyed: it has served.

    The same `key` twice is one reading. Raises LeaseLost when it is not this person's any more or the gate closed,
    AnswerNotValid when the answer does not fit the photo; then nothing is kept.
    """
    if done := Reading.objects.filter(key=key, by_id=staff_id, task_id=task_id).first():
        return done
    task = leased(task_id, lease, staff_id).filter(version=version).select_for_update().first()
    if task is None or not gate.servable().filter(pk=task.photo_id).exists():
        raise LeaseLost
    marks = {person.id: person for person in Person.objects.filter(photo_id=task.photo_id)}
    answer = _Answer(people, crop, covers, exclusion)
    _check(answer, marks)
    reading = Reading.objects.create(
        task=task,
        by_id=staff_id,
        key=key,
        exclusion=exclusion,
        exclusion_note=note if exclusion else "",
        crop_left=crop.left,
        crop_top=crop.top,
        crop_right=crop.right,
        crop_bottom=crop.bottom,
        seconds=seconds,
    )
    if not exclusion:
        _keep(reading, task, answer, marks)
    move(task, TaskState.READ)
    destroy_text(photo_id=task.photo_id)
    _record(reading, answer)
    return reading


def _check(answer: _Answer, marks: dict[UUID, Person]) -> None:
    if answer.exclusion:
        if answer.exclusion not in Exclusion.values:
            raise AnswerNotValid("exclusion")
        return
    people, crop = answer.people, answer.crop
    used = [read.mark for read in people if read.mark is not None]
    fits = {
        "mark": len(used) == len(set(used)) and all(mark in marks for mark in used),
        "place": all(0 <= read.x <= 1 and 0 <= read.y <= 1 for read in people),
        "age": all(0 <= read.age_years < 130 for read in people),
        "crop": Box(crop.left, crop.top, crop.right, crop.bottom).is_inside,
        "cover": all(cover.is_inside for cover in answer.covers),
    }
    for what, fit in fits.items():
        if not fit:
            raise AnswerNotValid(what)


def _keep(reading: Reading, task: Task, answer: _Answer, marks: dict[UUID, Person]) -> None:
    faces = Suggestion.objects.filter(photo_id=task.photo_id, kind=Suggestion.Kind.FACE)
    # A suggestion that went meanwhile is no reason to lose an answer.
    known = set(faces.values_list("pk", flat=True)) if any(read.suggestion for read in answer.people) else set()
    ReadingPerson.objects.bulk_create(_persons(reading, answer.people, marks, known))
    ReadingCover.objects.bulk_create(
        ReadingCover(reading=reading, left=box.left, top=box.top, right=box.right, bottom=box.bottom)
        for box in answer.covers
    )


def _persons(
    reading: Reading, people: Sequence[PersonRead], marks: dict[UUID, Person], suggestions: set[int]
) -> Iterator[ReadingPerson]:
    for number, read in enumerate(people, start=1):
        mark = marks.get(read.mark) if read.mark else None
        yield ReadingPerson(
            reading=reading,
            person=mark,
            number=number,
            x=read.x,
            y=read.y,
            moved=mark is not None and (abs(mark.x - read.x) > 1e-4 or abs(mark.y - read.y) > 1e-4),
            suggested=mark is None and read.suggestion in suggestions,
            age_years=read.age_years,
        )


def _record(reading: Reading, answer: _Answer) -> None:
    photo, by = str(reading.task.photo_id), f"staff:{reading.by_id}"
    if reading.exclusion:
        record(EXCLUDED, subject=photo, by=by, photo=photo, reading=str(reading.reading_id), reason=reading.exclusion)
        return
    persons = list(reading.persons.all())
    record(
        READ,
        subject=photo,
        by=by,
        photo=photo,
        reading=str(reading.reading_id),
        people=len(persons),
        moved=sum(row.moved for row in persons),
        cropped=answer.crop != Crop(),
        suggested=sum(row.suggested for row in persons),
        covered=len(answer.covers),
    )
