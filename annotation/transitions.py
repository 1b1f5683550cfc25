"""The allowed moves of a task: one photo waiting to be read, read again by another, or settled."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """Where the reading of one photo stands."""

    OPEN = "open", _("waiting")
    LEASED = "leased", _("being read")
    READ = "read", _("read")
    GIVEN_BACK = "given_back", _("given back to the contributor")


class Stage(models.TextChoices):
    """Which answer a task waits for."""

    FIRST = "first", _("first reading")
    SECOND = "second", _("second opinion")
    SETTLING = "settling", _("adjudication")
    DONE = "done", _("nothing more")


# What annotators answer; the rest is for adjudicators.
FOR_ANNOTATORS = (Stage.FIRST, Stage.SECOND)


class TransitionNotAllowed(Exception):
    """The task is in a state from which this move does not exist."""


TRANSITIONS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.LEASED, TaskState.READ, TaskState.GIVEN_BACK}),
    TaskState.LEASED: frozenset({TaskState.OPEN, TaskState.READ, TaskState.GIVEN_BACK}),
    # Opened for another reading, or taken back by whoever read it.
    TaskState.READ: frozenset({TaskState.OPEN, TaskState.LEASED, TaskState.GIVEN_BACK}),
    # A cancelled withdrawal puts the task back where it was.
    TaskState.GIVEN_BACK: frozenset({TaskState.OPEN, TaskState.READ}),
}


def check(before: str, after: TaskState) -> None:
    """Raise TransitionNotAllowed unless a task may move from `before` to `after`."""
    if after not in TRANSITIONS[TaskState(before)]:
        raise TransitionNotAllowed(f"a task that is {before} cannot become {after}")
