"""Background work of this room. An invitation's row is its job: the task finds what waits."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts import actions
from accounts.models import CacheRow


@shared_task(name="accounts.tasks.send_invitations")
def send_invitations() -> None:
    """Mail the invitations that wait."""
    actions.send_invitations()


@shared_task(name="accounts.tasks.clear_sessions")
def clear_sessions() -> None:
    """Delete sessions and counters that ran out."""
    call_command("clearsessions")
    CacheRow.objects.filter(expires__lt=timezone.now()).delete()
