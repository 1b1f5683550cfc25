"""Background work of this room. A row is its own job: the task finds what waits."""

from celery import shared_task
from django.core.management import call_command

from accounts import actions


@shared_task(name="accounts.tasks.send_invitations")
def send_invitations() -> None:
    """Mail the invitations that wait, and tell people what was changed about how they sign in."""
    actions.send_invitations()
    actions.tell_changes()


@shared_task(name="accounts.tasks.clear_sessions")
def clear_sessions() -> None:
    """Delete sessions and counters that ran out, and what people's lists of their own sign-ins show no more."""
    call_command("clearsessions")
    actions.forget_old_sign_ins()
