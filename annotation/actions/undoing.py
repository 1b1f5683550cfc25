"""Taking one's own answer back, at once or later: the photo is one's own again as it was when it was answered."""

from collections.abc import Collection
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from annotation.actions.recording import record_taking_back
from annotation.actions.taking import lease
from annotation.models import Answer, Reading, Task
from annotation.transitions import Stage, TaskState
from screening import queries as gate


class NotYoursToTakeBack(Exception):
    """The answer stays; its text says why.

    "read": it is not this person's newest answer for the photo, or somebody answered since; "expired": somebody else
    holds the photo; "withdrawn" and "stopped": the photo left, or the gate closed.
    """


@transaction.atomic
def take_back(*, reading_id: UUID, staff_id: UUID, stages: Collection[Stage] = tuple(Stage)) -> Task:
    """Take one's own answer back, and have the photo again under a fresh lease, at the stage of that answer.

    The answer stays on record with a row that takes it back. Raises NotYoursToTakeBack.
    """
    found = Reading.objects.filter(reading_id=reading_id, by=staff_id, stage__in=stages).first()
    if found is None:
        raise NotYoursToTakeBack("read")
    task = Task.objects.select_for_update().get(pk=found.task_id)
    _check(found, task)
    row = Reading.objects.create(
        task=task, by_id=staff_id, key=uuid4(), stage=found.stage, answer=Answer.TAKEN_BACK, takes_back=found
    )
    if found.stage == Stage.FIRST:
        task.first_by = None
    task.stage, task.waiting_since = Stage(found.stage), timezone.now()
    lease(task, staff_id)
    record_taking_back(row, found)
    return task


def _check(reading: Reading, task: Task) -> None:
    """Raise NotYoursToTakeBack unless this is the answer that the task, which is locked, has gone by last."""
    if task.state == TaskState.GIVEN_BACK:
        raise NotYoursToTakeBack("withdrawn")
    newest = task.readings.order_by("-id").first()
    # What a lead excluded unseen, a lead opens again.
    if newest != reading or reading.answer == Answer.TAKEN_BACK or reading.stage == Stage.DONE:
        raise NotYoursToTakeBack("read")
    if task.state == TaskState.LEASED:
        raise NotYoursToTakeBack("expired")
    if not gate.is_servable(task.photo_id):
        raise NotYoursToTakeBack("stopped")
