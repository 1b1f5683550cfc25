"""Taking one's own answer back, at once or later: the photo is one's own again as it was when it was answered."""

from collections.abc import Collection
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from annotation.actions.leasing import one_at_a_time
from annotation.actions.recording import record_taking_back
from annotation.actions.taking import lease
from annotation.models import Answer, Reading, Task
from annotation.queries.last import may_take_back
from annotation.transitions import Stage, TaskState
from screening import queries as gate


class NotYoursToTakeBack(Exception):
    """The answer stays. Why is not told: it could say whether somebody else was asked, too."""


@transaction.atomic
def take_back(*, reading_id: UUID, staff_id: UUID, stages: Collection[Stage] = tuple(Stage)) -> Task:
    """Take one's own answer back, and have the photo again under a fresh lease, at the stage of that answer.

    The answer stays on record with a row that takes it back. Raises NotYoursToTakeBack when it is not this person's or
    not the newest, too old or taken back too often, somebody else holds the photo, or it may not be shown.
    """
    one_at_a_time(staff_id)
    found = Reading.objects.filter(reading_id=reading_id, by=staff_id, stage__in=stages).first()
    if found is None:
        raise NotYoursToTakeBack
    task = Task.objects.select_for_update().get(pk=found.task_id)
    if not _is_free(found, task) or not gate.is_servable(task.photo_id):
        raise NotYoursToTakeBack
    row = Reading.objects.create(
        task=task, by_id=staff_id, key=uuid4(), stage=found.stage, answer=Answer.TAKEN_BACK, takes_back=found
    )
    if found.stage == Stage.FIRST:
        task.first_by = None
    task.stage, task.waiting_since = Stage(found.stage), timezone.now()
    lease(task, staff_id)
    record_taking_back(row, found)
    return task


def _is_free(reading: Reading, task: Task) -> bool:
    """Whether this is the answer that the task, which is locked, has gone by last, and may still be taken back."""
    # What a lead excluded unseen, a lead opens again.
    if task.state not in {TaskState.OPEN, TaskState.READ} or reading.stage == Stage.DONE:
        return False
    newest = task.readings.order_by("-id").first()
    return newest == reading and may_take_back(reading)
