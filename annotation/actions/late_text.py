"""Text that is found on a photo after somebody has read it: whoever read it could not know, so it is read again."""

from collections.abc import Collection
from typing import Final

from annotation.actions.moving import move
from annotation.agreement.overlap import uncovered
from annotation.boxes import Seen
from annotation.models import Exclusion, Reading, Task
from annotation.transitions import Stage, TaskState
from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo

TEXT_LATE = EventKind(
    "task:text_found", "Text was found on photo {photo} after it was read: it waits to be read again.", ("photo",)
)
# The share of what was found that may lie bare where staff covered it by hand already.
MOST_BARE: Final = 0.1


def locked_task(photo: Photo) -> Task | None:
    """The task of a locked photo, locked."""
    return Task.objects.select_for_update().filter(photo=photo).first()


def is_wanted(task: Task | None, seen: Collection[Seen]) -> bool:
    """Whether what the print of a locked task reads can still serve somebody; opens one that was read without it."""
    if task is None or task.state != TaskState.READ:
        return True
    newest = task.readings.prefetch_related("covers").order_by("-id").first()
    if newest is None or newest.exclusion in Exclusion.values or _is_covered(newest, seen):
        return False
    task.first_by = None
    move(task, TaskState.OPEN, stage=Stage.FIRST)
    record(TEXT_LATE, subject=str(task.photo_id), by="system", photo=str(task.photo_id))
    return True


def _is_covered(reading: Reading, seen: Collection[Seen]) -> bool:
    covers = [cover.box for cover in reading.covers.all()]
    return all(uncovered(one.box, covers) <= MOST_BARE for one in seen)
