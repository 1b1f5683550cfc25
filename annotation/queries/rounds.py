"""Which answers belong to what a photo waits for now: those since it was opened for a first reading last."""

from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotation.models import Answer, Reading, Task
from annotation.transitions import Stage

DECIDED: Final = (Answer.PEOPLE, Answer.EXCLUDED)


def standing_answers() -> QuerySet[Reading]:
    """The answers that nobody took back."""
    return Reading.objects.filter(taken_back__isnull=True).exclude(answer=Answer.TAKEN_BACK)


def answered_by(staff_id: UUID, *stages: Stage) -> QuerySet[Reading]:
    """What this person answered at these stages, and stands, without what a later first reading has made history.

    Of a task that waits for its first reading all of it is history.
    """
    begun = standing_answers().filter(task=OuterRef("task"), id__gt=OuterRef("id"), stage=Stage.FIRST)
    return standing_answers().filter(~Exists(begun), by=staff_id, stage__in=stages or Stage.values)


def has_answered(task: Task, staff_id: UUID, *stages: Stage) -> bool:
    """Whether this person gave an answer (at one of these stages) to what the task is about now."""
    return task.stage != Stage.FIRST and answered_by(staff_id, *stages).filter(task=task).exists()
