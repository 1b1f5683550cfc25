"""What runs by the clock."""

from celery import shared_task

from vault import actions, queries


@shared_task(name="vault.tasks.rotate")
def rotate() -> None:
    """Finish deletions; change the epoch when a key was destroyed since the last time, or a day has passed."""
    actions.sweep()
    if queries.rotation_due():
        actions.rotate()
