"""What runs by the clock, in the one process that holds the log's signing key."""

from celery import shared_task

from audit import actions


@shared_task(name="audit.tasks.keep")
def keep() -> None:
    """Copy, sign and publish what is new in the log."""
    actions.keep()


@shared_task(name="audit.tasks.verify")
def verify() -> None:
    """Recompute the whole log and say what was found."""
    actions.keep(full=True)
