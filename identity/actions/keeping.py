"""How long an address is kept: as long as one sending needs it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.models import Identity, Keep, Link, Mail
from identity.queries import mails_to_send


@transaction.atomic(using="identity")
def drop_keep(*, sending: UUID) -> None:
    """Say that a sending needs no address any more; with the last one the address is deleted. May be said again."""
    keep = Keep.objects.select_for_update().filter(pk=sending).first()
    if keep is None:
        return
    keep.delete()
    drop_letters(sending)
    delete_unkept(participant=keep.identity_id)


def drop_letters(sending: UUID) -> None:
    """Let the unused link of a sending die, and the mail that carries it; call it inside an identity transaction."""
    Link.objects.filter(action=Link.Action.CONSENT, subject=sending, claim__isnull=True).delete()
    Mail.objects.filter(kind=Mail.Kind.CONSENT_LINK, decision=sending).delete()


def delete_unkept(*, participant: UUID) -> None:
    """Delete an identity that no sending needs; call it inside an identity transaction.

    A receipt on its way is sent first: the mail worker calls this again afterwards.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None or identity.keeps.exists():
        return
    if mails_to_send().filter(identity=participant, kind=Mail.Kind.RECEIPT).exists():
        return
    identity.delete()
    events.wait(events.IDENTITY_DELETED, participant=participant, by="system")


@transaction.atomic(using="identity")
def set_updates(*, participant: UUID, on: bool) -> None:
    """Keep whether the person wants to hear what becomes of the photos. The same choice again changes nothing."""
    found = Identity.objects.filter(pk=participant, updates_since__isnull=on)
    if found.update(updates_since=timezone.now() if on else None):
        kind = events.UPDATES_CHOSEN if on else events.UPDATES_STOPPED
        events.wait(kind, participant=participant, by=f"participant:{participant}")
