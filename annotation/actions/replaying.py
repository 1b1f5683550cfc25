"""What this room does after a restored backup (settings.LOG_REPLAYERS): no answer counts that was overruled later.

The log holds no ages and no places, so that answers do not come back. Where it tells that an answer was given, doubted
or taken back later than the newest one that the restored tables have, the photo is read again from the start.
"""

from typing import Final
from uuid import UUID

from django.db import transaction

from annotation.actions.leading import REOPENED
from annotation.actions.moving import move
from annotation.models import Reading, Task
from annotation.transitions import Stage, TaskState
from audit.actions import record
from audit.models import Event
from audit.queries import id_in, retold

OVERRULING: Final = ("photo:excluded", "photo:taken_back", "photo:disputed", "task:reopened", "task:text_found")


@transaction.atomic
def replay(*, first: int, size: int) -> int:
    """Open photos of which entries `first` up to `size` tell more than their readings do; how many."""
    told = retold(*OVERRULING, first=first, size=size, read=lambda entry: (id_in(entry, "photo"), _reading(entry)))
    # The newest entry about a photo says it all.
    newest = {photo: (entry, reading) for entry, (photo, reading) in told}
    return sum(_opened(photo, entry, reading) for photo, (entry, reading) in sorted(newest.items()))


def _reading(entry: Event) -> UUID | None:
    """The reading that an entry is about; None for one that is about none."""
    return id_in(entry, "reading") if "reading" in entry.data else None


def _opened(photo_id: UUID, entry: Event, reading_id: UUID | None) -> bool:
    task = Task.objects.select_for_update().filter(photo=photo_id).first()
    if task is None or _waits_from_the_start(task):
        return False
    newest = task.readings.order_by("-id").first()
    # A row is a little older than its entry, so the one that an entry is about is looked for by its id.
    is_later = newest is not None and newest.at >= entry.at
    if is_later or (reading_id and Reading.objects.filter(reading_id=reading_id).exists()):
        return False
    task.first_by = None
    if task.state == TaskState.GIVEN_BACK:
        # It stays out of reading; once it comes back it begins anew.
        task.stage = Stage.FIRST
        task.save(update_fields=["stage", "first_by"])
    else:
        move(task, TaskState.OPEN, stage=Stage.FIRST)
    record(REOPENED, subject=str(photo_id), by="system", photo=str(photo_id))
    return True


def _waits_from_the_start(task: Task) -> bool:
    return task.stage == Stage.FIRST and task.first_by_id is None
