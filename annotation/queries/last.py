"""What one person answered last, in words and without a picture."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import Answer, Exclusion, Reading
from annotation.queries.naming import name_of
from annotation.transitions import Stage, TaskState
from screening import queries as gate

LAST: Final = 20
# Ages that a line tells; more of them are told as so many more.
_AGES: Final = 6


@dataclass(frozen=True, slots=True)
class LastReading:
    """One answer: id and time, what kind it is, a sentence about it, and whether it can be taken back, as it seems.

    `photo` is what pages call the photo: the beginning of its id.
    """

    reading: UUID
    photo: str
    at: datetime
    answer: str
    text: str
    can_take_back: bool


def last_readings(staff_id: UUID) -> list[LastReading]:
    """This person's last answers, the newest first; those taken back are named as that.

    Nothing is told of a photo that the gate has stopped since.
    """
    later = Reading.objects.filter(task=OuterRef("task"), id__gt=OuterRef("id"))
    rows = Reading.objects.filter(by=staff_id).exclude(answer=Answer.TAKEN_BACK).exclude(stage=Stage.DONE)
    rows = rows.annotate(is_over=Exists(later)).select_related("task", "taken_back").prefetch_related("persons")
    found = list(rows.order_by("-id")[:LAST])
    shown = gate.servable_among(row.task.photo_id for row in found)
    return [_told(row, is_stopped=row.task.photo_id not in shown) for row in found]


def _told(row: Any, *, is_stopped: bool) -> LastReading:
    words = in_words(row)
    if was_taken_back := hasattr(row, "taken_back"):
        words = _("Taken back: %(words)s") % {"words": words}
    can_take_back = not row.is_over and row.task.state in {TaskState.OPEN, TaskState.READ} and may_take_back(row)
    return LastReading(
        reading=row.reading_id,
        photo=name_of(row.task.photo_id),
        at=row.at,
        answer=Answer.TAKEN_BACK if was_taken_back else row.answer,
        text=_("Stopped for now: this photo may not be shown") if is_stopped else words,
        can_take_back=can_take_back and not is_stopped,
    )


def may_take_back(reading: Reading) -> bool:
    """Whether this answer is new enough, and the same person took few enough back for the same photo."""
    if reading.answer == Answer.TAKEN_BACK or timezone.now() - reading.at > timedelta(hours=settings.TAKE_BACK_HOURS):
        return False
    rows = Reading.objects.filter(task=reading.task_id, by=reading.by_id, answer=Answer.TAKEN_BACK)
    return rows.count() < settings.TAKE_BACKS_A_PHOTO


def in_words(reading: Reading) -> str:
    """What a reading says, in one line: how many people of which ages, or why not."""
    if reading.answer == Answer.EXCLUDED:
        return _("Excluded: %(reason)s") % {"reason": Exclusion(reading.exclusion).label}
    if reading.answer == Answer.UNDECIDED:
        return _("Cannot decide")
    if not reading.people_count:
        return _("Nobody")
    ages = [f"{person.age_years.normalize():f}" for person in reading.persons.all()]
    told = ages[:_AGES] + (["…"] if len(ages) > _AGES else [])
    number = reading.people_count
    people = ngettext("%(number)d person", "%(number)d people", number) % {"number": number}
    return _("%(people)s: %(ages)s") % {"people": people, "ages": ", ".join(told)} if told else people
