"""Reading the next photo with an answer of the test's own."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from annotation.actions import Said, submit, take_next
from annotation.models import Reading


def answered(staff_id: UUID, said: Callable[[Sequence[UUID]], Said]) -> Reading:
    """Take the next photo and give the answer that `said` makes of its marks, in their order."""
    task = take_next(staff_id=staff_id)
    assert task is not None
    assert task.lease is not None
    marks = list(task.photo.persons.order_by("number").values_list("pk", flat=True))
    return submit(
        task_id=task.pk, lease=task.lease, version=task.version, key=uuid4(), staff_id=staff_id, said=said(marks)
    )
