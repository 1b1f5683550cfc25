"""Reminders, and the one click that stops them. Neither touches consent."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from identity.actions import events
from identity.actions.keeping import drop_unsent
from identity.actions.links import LinkExpired, write_link
from identity.actions.mailing import write_mail
from identity.models import REMINDERS, Identity, Link, Mail
from identity.queries import hears_reminders, is_quiet


@transaction.atomic(using="identity")
def send_reminder(*, participant: UUID, decision: UUID, context: Mapping[str, object]) -> bool:
    """Remind a person once for each `decision`; gives whether the mail is there.

    None goes to somebody who stopped reminders or does not want to be written to, or whose mails came back. `context`
    is what templates/mail/reminder.* read: what ("expires" or "notice_changed"), date (the last day, as
    text in the person's language), sentences (a list of texts).
    """
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None or is_quiet(participant) or not hears_reminders(participant):
        return False
    if Mail.objects.filter(kind=Mail.Kind.REMINDER, decision=decision).exists():
        return True
    token = write_link(
        identity=identity,
        action=Link.Action.REMINDERS,
        subject=participant,
        by="system",
        expires_at=timezone.now() + timedelta(days=settings.UNSUBSCRIBE_DAYS),
    )
    write_mail(
        identity=identity,
        kind=Mail.Kind.REMINDER,
        language=identity.language,
        context={**context, "token": token},
        decision=decision,
        ready=True,
    )
    return True


@transaction.atomic(using="identity")
def stop_reminders(*, link: UUID) -> None:
    """Send no more reminders to whoever got this link. The link keeps its power: it may be used again, to no effect.

    Raises LinkExpired.
    """
    found = Link.objects.filter(pk=link, action=Link.Action.REMINDERS, expires_at__gt=timezone.now()).first()
    if found is None:
        raise LinkExpired
    identity = Identity.objects.select_for_update().get(pk=found.identity_id)
    if mute(identity):
        participant = identity.participant
        events.wait(events.REMINDERS_STOPPED, participant=participant, by=f"participant:{participant}")


@transaction.atomic(using="identity")
def set_reminders(*, participant: UUID, on: bool) -> None:
    """Keep whether the person wants to be reminded. The same choice again changes nothing."""
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None:
        return
    if on:
        changed = Identity.objects.filter(pk=participant, reminders_stopped_at__isnull=False).update(
            reminders_stopped_at=None
        )
    else:
        changed = mute(identity)
    if changed:
        kind = events.REMINDERS_ALLOWED if on else events.REMINDERS_STOPPED
        events.wait(kind, participant=participant, by=f"participant:{participant}")


def mute(identity: Identity) -> bool:
    """Stop the reminders of an identity, drop the one on its way and the one asked for; whether that is new."""
    loud = Q(reminders_stopped_at=None) | Q(more_due_at__isnull=False)
    new = Identity.objects.filter(loud, pk=identity.pk).update(reminders_stopped_at=timezone.now(), more_due_at=None)
    drop_unsent(identity, *REMINDERS)
    return bool(new)
