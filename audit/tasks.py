"""What runs by the clock: the regular recomputation that the first line of the auditor's desk reports."""

from celery import shared_task

from audit import actions


@shared_task(name="audit.tasks.verify")
def verify() -> None:
    """Recompute the whole log and note the result."""
    actions.note_verification()
