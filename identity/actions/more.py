"""One mail about a month later, for whoever asked to be written to once. Nobody else gets it; nobody gets two."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.actions.limits import TooMany, count_invitation
from identity.actions.links import write_link
from identity.actions.mailing import write_mail
from identity.models import Identity, Link, Mail
from identity.queries import is_quiet, may_be_invited


class NotToBeWritten(Exception):
    """This address is not written to unasked: it said so, mails came back from it, or it is gone."""


@transaction.atomic(using="identity")
def ask_for_more(*, participant: UUID) -> None:
    """Note the wish to be written to once, in settings.REMIND_MORE_DAYS. The same wish again changes nothing.

    Raises NotToBeWritten.
    """
    if not _may_be_written(participant):
        raise NotToBeWritten
    due = timezone.now() + timedelta(days=settings.REMIND_MORE_DAYS)
    if Identity.objects.filter(pk=participant, more_due_at=None).update(more_due_at=due):
        events.wait(events.MORE_ASKED, participant=participant, by=f"participant:{participant}")


@transaction.atomic(using="identity")
def drop_more(*, participant: UUID, by: str) -> None:
    """Let that wish go, because the person took it back or has nothing here any more; again changes nothing."""
    if Identity.objects.filter(pk=participant, more_due_at__isnull=False).update(more_due_at=None):
        events.wait(events.MORE_OVER, participant=participant, by=by)


@transaction.atomic(using="identity")
def send_more(*, participant: UUID) -> bool:
    """Write the mail of a wish that is due, once; whether it was written now.

    The wish ends in the transaction that writes the mail, so that a process killed here leaves either both or none. It
    also ends, without a mail, for an address that is not to be written to. One that was written to as often as may be
    (requirement I7) is to be tried again. The breaker over all links is left to those who ask for theirs.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant, more_due_at__lte=timezone.now()).first()
    if identity is None:
        return False
    if not _may_be_written(participant):
        drop_more(participant=participant, by="system")
        return False
    try:
        count_invitation(blind_index=bytes(identity.blind_index))
    except TooMany:
        return False
    _write(identity)
    drop_more(participant=participant, by="system")
    return True


def _may_be_written(participant: UUID) -> bool:
    return may_be_invited(participant) and not is_quiet(participant)


def _write(identity: Identity) -> None:
    token = write_link(
        identity=identity,
        action=Link.Action.REMINDERS,
        subject=identity.participant,
        by="system",
        expires_at=timezone.now() + timedelta(days=settings.UNSUBSCRIBE_DAYS),
    )
    write_mail(identity=identity, kind=Mail.Kind.MORE, language=identity.language, context={"token": token}, ready=True)
