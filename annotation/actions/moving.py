"""The one way in which a task changes its state, save the hand-out's own statement."""

from annotation.models import Task
from annotation.transitions import TaskState, check


def move(task: Task, state: TaskState) -> None:
    """Move a locked task to any state but leased; the lease ends. Raises TransitionNotAllowed."""
    check(task.state, state)
    task.state = state
    task.lease = task.leased_to = task.leased_until = None
    task.save(update_fields=["state", "lease", "leased_to", "leased_until"])
