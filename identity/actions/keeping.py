"""How long an address is kept: as long as a sending, an invitation or a claim needs it."""

from secrets import token_bytes
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.models import Identity, Keep, Link, Mail
from identity.queries import MOST_ATTEMPTS, first_of_two, is_quiet

# Links about one sending, invitation or claim, and the mails that carry them.
LINKS = (Link.Action.CONSENT, Link.Action.INVITATION, Link.Action.CLAIM)
LETTERS = (Mail.Kind.CONSENT_LINK, Mail.Kind.INVITATION, Mail.Kind.CLAIM_LINK)
# What a person is owed: an address is not deleted while one of these is on its way.
OWED = (Mail.Kind.RECEIPT, Mail.Kind.CLAIM_ANSWER)
INDEX_BYTES = 32


@transaction.atomic(using="identity")
def drop_keep(*, subject: UUID) -> None:
    """Say that a sending (or invitation, or claim) needs no address any more; with the last one the address is deleted.

    May be said again.
    """
    keep = Keep.objects.select_for_update().filter(pk=subject).first()
    if keep is None:
        return
    keep.delete()
    drop_letters(subject)
    delete_unkept(participant=keep.identity_id)


def drop_letters(subject: UUID) -> None:
    """Let the unused link about this die, and the mail that carries it; call it inside an identity transaction."""
    Link.objects.filter(action__in=LINKS, subject=subject, claim__isnull=True).delete()
    Mail.objects.filter(kind__in=LETTERS, decision__in=[subject, first_of_two(subject)]).delete()


def drop_unsent(identity: Identity, *kinds: Mail.Kind) -> None:
    """Delete the mails of these kinds that are still on their way; call it inside an identity transaction."""
    Mail.objects.filter(identity=identity, kind__in=kinds, sent_at__isnull=True).delete()


@transaction.atomic(using="identity")
def hush(*, subject: UUID) -> None:
    """Say that the person is to hear nothing more on account of this subject, because its deletion was promised by now.

    Its unused link dies and the mail that carries it, as when it is dropped. With the last one the address answers as
    if it were deleted: all its unused links die, mails that carry one, and the index by which it is found, so that
    whoever types it again is somebody new. The sealed address stays, for the law. May be said again, and of a subject
    that is gone.
    """
    keep = Keep.objects.select_for_update().select_related("identity").filter(pk=subject).first()
    if keep is None:
        return
    Keep.objects.filter(pk=subject, quiet_since__isnull=True).update(quiet_since=timezone.now())
    drop_letters(subject)
    # Its last loud keep: taken by row lock, so that a sending under way either finds the address or makes a new one.
    identity = Identity.objects.select_for_update().get(pk=keep.identity_id)
    if is_quiet(identity.pk):
        _unfind(identity)


def delete_unkept(*, participant: UUID) -> None:
    """Delete an identity that nothing needs; call it inside an identity transaction.

    A receipt or an answer on its way is sent first: the mail worker calls this again afterwards.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None or identity.keeps.exists():
        return
    unsent = Mail.objects.filter(sent_at__isnull=True, bounced_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    if unsent.filter(identity=participant, kind__in=OWED).exists():
        _unfind(identity)
        return
    identity.delete()
    events.wait(events.IDENTITY_DELETED, participant=participant, by="system")


def _unfind(identity: Identity) -> None:
    """Let nothing lead to this identity any more: no link, no mail that carries one, and not its address, typed."""
    Link.objects.filter(identity=identity, claim__isnull=True).delete()
    drop_unsent(identity, *(kind for kind in Mail.Kind if kind not in OWED))
    Identity.objects.filter(pk=identity.pk).update(blind_index=token_bytes(INDEX_BYTES), more_due_at=None)


@transaction.atomic(using="identity")
def set_updates(*, participant: UUID, on: bool) -> None:
    """Keep whether the person wants to hear what becomes of the photos. The same choice again changes nothing.

    Whoever stops gets no update that is still on its way, either.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant, updates_since__isnull=on).first()
    if identity is not None:
        Identity.objects.filter(pk=participant).update(updates_since=timezone.now() if on else None)
        drop_unsent(identity, Mail.Kind.UPDATE)
        kind = events.UPDATES_CHOSEN if on else events.UPDATES_STOPPED
        events.wait(kind, participant=participant, by=f"participant:{participant}")
