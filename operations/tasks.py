"""What the clock has done for the account of how the site runs."""

from datetime import datetime

from celery import shared_task

from operations import actions
from operations.queries import CLOCK


@shared_task(name="operations.tasks.be_served")
def be_served(queue: str) -> None:
    """Be taken by a worker of the queue: that it was leaves a sign (mpm_site.celery). Only the clock sends this."""
    if queue == "sweep":
        actions.beat(queue=CLOCK, worker=CLOCK, is_working=False)


@shared_task(name="operations.tasks.keep_heartbeat")
def keep_heartbeat(queue: str, worker: str, at: str, working_since: str | None) -> None:
    """Write the sign of a worker that cannot write it itself."""
    since = datetime.fromisoformat(working_since) if working_since else None
    actions.keep_told(queue=queue, worker=worker, at=datetime.fromisoformat(at), working_since=since)


@shared_task(name="operations.tasks.look")
def look() -> None:
    """Look at the whole site, raise and clear alarms, and mail those that stand."""
    actions.look()
    actions.mail_alarms()
