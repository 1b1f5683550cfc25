"""Why an answer came too late."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from annotation.models import Answer, Reading, Task
from annotation.queries.last import in_words
from annotation.transitions import FOR_ANNOTATORS, Stage, TaskState
from screening import queries as gate


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a photo is not this person's to answer any more: a code word (expired, read, withdrawn, changed, stopped).

    `can_take`: it is open, and can be taken again as it is. `theirs` is what somebody else answered, in words: None
    unless that is all there will be, so that a second opinion stays blind.
    """

    why: str
    text: str
    can_take: bool = False
    theirs: str | None = None


def why_lost(task_id: UUID, staff_id: UUID) -> Lost:
    """What happened to a photo meanwhile."""
    task = Task.objects.filter(pk=task_id).first()
    if task is None or task.state == TaskState.GIVEN_BACK:
        return Lost("withdrawn", _("This photo was withdrawn. Your answer is not needed any more."))
    if not gate.is_servable(task.photo_id):
        return Lost("stopped", _("This photo may not be shown just now. Your answer was not kept."))
    if task.state == TaskState.READ:
        return _read(task, staff_id)
    if task.state == TaskState.LEASED and task.leased_to_id == staff_id:
        return Lost("changed", _("You have this photo open in another window, newer than this one."), can_take=True)
    if task.state == TaskState.LEASED:
        return Lost("expired", _("You held this photo for too long, and somebody else reads it now."))
    text = _("You held this photo for too long, so it went back to the queue. You can take it again.")
    return Lost("expired", text, can_take=is_open_to(task, staff_id))


def is_open_to(task: Task, staff_id: UUID) -> bool:
    """Whether this open task may be answered by this person, as far as whose answers it has tells."""
    if task.state != TaskState.OPEN or task.first_by_id == staff_id:
        return False
    if task.meant_for_id not in {None, staff_id}:
        return False
    if task.stage == Stage.SETTLING:
        return not task.readings.filter(by=staff_id).exists()
    return task.stage in FOR_ANNOTATORS


def _read(task: Task, staff_id: UUID) -> Lost:
    newest = task.readings.exclude(answer=Answer.TAKEN_BACK).prefetch_related("persons").order_by("-id").first()
    if newest is not None and newest.by_id == staff_id:
        return Lost("read", _("You have answered this photo already. That answer stands."), theirs=_told(newest))
    text = _("Somebody else answered this photo meanwhile. That answer stands, and yours was not kept.")
    return Lost("read", text, theirs=_told(newest))


def _told(reading: Reading | None) -> str | None:
    return in_words(reading) if reading else None
