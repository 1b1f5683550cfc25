"""What a photo waits for after an answer: nothing more, a second opinion, or somebody who settles it."""

from annotation.actions.comparing import compare
from annotation.actions.moving import move
from annotation.actions.recording import record_dispute
from annotation.agreement.rules import needs_adjudication
from annotation.agreement.sampling import is_sampled
from annotation.models import Answer, Exclusion, Reading, Task
from annotation.queries.rounds import standing_answers
from annotation.transitions import Stage, TaskState


def go_on(task: Task, reading: Reading) -> None:
    """Move a task whose answer at its stage is `reading`, by the rules of second opinions."""
    stage = _next(task, reading)
    if reading.stage == Stage.FIRST:
        task.first_by_id = reading.by_id
    move(task, TaskState.READ if stage == Stage.DONE else TaskState.OPEN, stage=stage)


def _next(task: Task, reading: Reading) -> Stage:
    if reading.answer == Answer.UNDECIDED:
        return Stage.SETTLING
    # Nobody else is shown what is unsafe for the sake of a comparison: a safety officer looks at it.
    if reading.stage == Stage.SETTLING or reading.exclusion == Exclusion.UNSAFE:
        return Stage.DONE
    if reading.stage == Stage.SECOND:
        return _compared(task, reading)
    return Stage.SECOND if is_sampled(task.pk) else Stage.DONE


def _compared(task: Task, second: Reading) -> Stage:
    first = _first(task)
    if first is None:
        return Stage.DONE
    comparison = compare(first=first, second=second)
    if not needs_adjudication(comparison.differences):
        return Stage.DONE
    record_dispute(comparison)
    return Stage.SETTLING


def _first(task: Task) -> Reading | None:
    """The first reading that stands; it has no other of that stage after it."""
    return standing_answers().filter(task=task, stage=Stage.FIRST).order_by("-id").first()
