"""Mails: written by whoever decides, released when the decision stands, sent once by the mail worker."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from kombu.exceptions import OperationalError

from identity.actions.keeping import delete_unkept
from identity.models import Identity, Link, Mail
from identity.queries import MOST_ATTEMPTS, mails_due
from identity.sealing import seal_context

logger = logging.getLogger(__name__)
SEND_MAIL = "identity.tasks.send_mail"
# A worker that takes a mail has this long before another may try: longer than any SMTP exchange.
LEASE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
LINK_KINDS = (Mail.Kind.CONSENT_LINK, Mail.Kind.MANAGE_LINK, Mail.Kind.CLAIM_LINK)


def write_mail(
    *,
    identity: Identity,
    kind: Mail.Kind,
    language: str,
    context: Mapping[str, object],
    decision: UUID | None = None,
    asked_by: UUID | None = None,
    ready: bool,
) -> None:
    """Write a mail in the caller's identity transaction; one that is ready is sent once that is committed."""
    Mail.objects.create(
        identity=identity,
        kind=kind,
        language=language,
        context=seal_context(context),
        decision=decision,
        asked_by=asked_by,
        ready_at=timezone.now() if ready else None,
    )
    if ready:
        transaction.on_commit(wake, using="identity")


@transaction.atomic(using="identity")
def release_mail(*, decision: UUID) -> None:
    """Let the mails of a decision go out; to be called once it is committed in the research database."""
    if Mail.objects.filter(decision=decision, ready_at__isnull=True).update(ready_at=timezone.now()):
        transaction.on_commit(wake, using="identity")


@transaction.atomic(using="identity")
def take_mail() -> Mail | None:
    """Take the next mail that is due, for as long as the lease; no other worker is given it meanwhile."""
    mail = mails_due().select_for_update(skip_locked=True, of=("self",)).select_related("identity").first()
    if mail is not None:
        mail.attempts += 1
        pause = min(timedelta(minutes=2**mail.attempts), LONGEST_PAUSE)
        mail.next_try_at = timezone.now() + max(LEASE, pause)
        mail.save(update_fields=["attempts", "next_try_at"])
    return mail


@transaction.atomic(using="identity")
def mark_sent(*, mail: Mail) -> None:
    """Say that the mail server took it: what it held is emptied, and an identity kept only for it is deleted."""
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), next_try_at=None, context=b"", enclosed=b"")
    delete_unkept(participant=mail.identity_id)


@transaction.atomic(using="identity")
def mark_failed(*, mail: Mail) -> None:
    """Say that the mail could not be sent. After the last try it is given up, and keeps no identity any more."""
    if mail.attempts >= MOST_ATTEMPTS:
        delete_unkept(participant=mail.identity_id)


@transaction.atomic(using="identity")
def drop_stale_mails() -> None:
    """Delete unsent mails whose link is too old to open anything, or leaves no time to answer.

    A receipt, an answer to a claim and a reminder are worth sending however late.
    """
    now = timezone.now()
    unsent = Mail.objects.filter(sent_at__isnull=True)
    unsent.filter(kind__in=LINK_KINDS, created_at__lt=now - timedelta(hours=settings.LINK_HOURS)).delete()
    alive = Link.objects.filter(action=Link.Action.INVITATION, expires_at__gt=now, subject=OuterRef("decision"))
    unsent.filter(~Exists(alive), kind=Mail.Kind.INVITATION).delete()


@transaction.atomic(using="identity")
def drop_mail(*, mail: Mail) -> None:
    """Delete a mail that has lost its reason before it was sent."""
    Mail.objects.filter(pk=mail.pk, sent_at__isnull=True).delete()


def wake() -> None:
    """Tell the mail worker that there is something to do. Without a broker, beat's next round finds it."""
    try:
        current_app.send_task(SEND_MAIL, queue="mail", retry=False)
    except OperationalError:
        logger.warning("the broker took no message; mails go out with the next round")
