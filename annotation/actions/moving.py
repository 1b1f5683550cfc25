"""The one way in which a task changes its state, save the hand-out's own statement."""

from django.utils import timezone

from annotation.models import Task
from annotation.priorities import Priority, priority_of
from annotation.transitions import Stage, TaskState, check

_LEASE = ("lease", "leased_to", "leased_until")


def move(task: Task, state: TaskState, *, stage: Stage | None = None, is_rare: bool = False) -> None:
    """Move a locked task to any state but leased, by default at the stage where it is; the lease ends.

    At another stage it begins to wait anew. Whom it was meant for is over with an answer. Writes down who gave the
    first reading, as the task has it. Raises TransitionNotAllowed.
    """
    check(task.state, state)
    task.state = state
    task.lease = task.leased_to = task.leased_until = None
    if stage is not None and stage != task.stage:
        task.stage, task.waiting_since, task.meant_for = stage, timezone.now(), None
    task.priority = priority_of(task, is_rare=is_rare or task.priority == Priority.RARE_AGE)
    fields = ("state", "stage", "waiting_since", "priority", "first_by", "meant_for")
    task.save(update_fields=[*fields, *_LEASE])
