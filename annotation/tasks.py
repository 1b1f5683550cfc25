"""Background work of this room."""

from celery import shared_task

from annotation import actions


@shared_task(name="annotation.tasks.sweep")
def sweep() -> None:
    """Give photos whose lease ran out back to the queue."""
    actions.release_expired()
