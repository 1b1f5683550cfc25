"""Background work of this room. A row is its own job: the task finds what waits."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts import actions
from accounts.models import CacheRow, SignIn, SignInChange


@shared_task(name="accounts.tasks.send_invitations")
def send_invitations() -> None:
    """Mail the invitations that wait, and tell people what was changed about how they sign in."""
    actions.send_invitations()
    actions.tell_changes()


@shared_task(name="accounts.tasks.clear_sessions")
def clear_sessions() -> None:
    """Delete sessions and counters that ran out, and what people's lists of their own sign-ins show no more."""
    call_command("clearsessions")
    now = timezone.now()
    CacheRow.objects.filter(expires__lt=now).delete()
    oldest = now - timedelta(days=settings.SIGN_INS_DAYS)
    SignIn.objects.filter(at__lt=oldest).delete()
    SignInChange.objects.filter(at__lt=oldest, sent_at__isnull=False).delete()
