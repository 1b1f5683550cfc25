"""Why an answer came too late."""

from dataclasses import dataclass
from uuid import UUID

from annotation.models import Answer, Reading, Task
from annotation.queries.idle import resting
from annotation.queries.own_readings import own_readings
from annotation.queries.rounds import has_answered
from annotation.transitions import FOR_ANNOTATORS, Stage, TaskState
from screening import queries as gate


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a photo is not this person's to answer any more: a code word.

    expired, gone (as expired, and not this person's to take), read, answered (by this person: then nothing more is
    told), withdrawn, changed, stopped, cap, break. `by_another`: somebody else holds it, or answered it. `can_take`: it
    is open, and can be taken again as it is, or when the break is over.
    `answer` is the one that stands: None unless that is all there will be, so that a second opinion stays blind.
    """

    why: str
    by_another: bool = False
    can_take: bool = False
    answer: Reading | None = None


def why_lost(task_id: UUID, staff_id: UUID, version: int | None = None) -> Lost:
    """What happened to a photo meanwhile, that this person held in this version."""
    task = Task.objects.filter(pk=task_id).first()
    if task is None:
        return Lost("withdrawn")
    if has_answered(task, staff_id):
        # Whoever answered must not learn from what follows whether others were asked, and what they said.
        return Lost("answered")
    if task.state == TaskState.GIVEN_BACK:
        return Lost("withdrawn")
    return _lost(task, staff_id, version) if gate.is_servable(task.photo_id) else Lost("stopped")


def _lost(task: Task, staff_id: UUID, version: int | None) -> Lost:
    if task.state == TaskState.READ:
        return _read(task)
    if task.state == TaskState.LEASED:
        return Lost("changed", can_take=True) if task.leased_to_id == staff_id else Lost("expired", by_another=True)
    if task.version != version or not is_open_to(task, staff_id):
        return Lost("gone")
    rest = resting(own_readings(staff_id))
    return Lost(rest.why, can_take=rest.why == "break") if rest else Lost("expired", can_take=True)


def is_open_to(task: Task, staff_id: UUID) -> bool:
    """Whether this open task may be answered by this person, as far as whose answers it has tells."""
    if task.state != TaskState.OPEN or task.first_by_id == staff_id:
        return False
    if task.meant_for_id not in {None, staff_id}:
        return False
    if task.stage == Stage.SETTLING:
        return not has_answered(task, staff_id, *FOR_ANNOTATORS)
    return task.stage in FOR_ANNOTATORS


def _read(task: Task) -> Lost:
    newest = task.readings.exclude(answer=Answer.TAKEN_BACK).prefetch_related("persons").order_by("-id").first()
    return Lost("read", by_another=True, answer=newest)
