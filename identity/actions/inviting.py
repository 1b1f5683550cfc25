"""Asking a depicted person: one mail, one more when they wish it, and never again when they wish that."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.actions.asking import Letter, Requested, keep_of, place, requested, write_letter
from identity.actions.keeping import drop_unsent, set_updates
from identity.actions.limits import TooMany, count_invitation, may_count_invitation
from identity.addresses import AddressNotValid
from identity.models import REMINDERS, DoNotWrite, Identity, Keep, Link, Mail
from identity.queries import first_of_two, may_be_invited, was_reminded


class OwnAddress(AddressNotValid):
    """The address of an invitation is that of the person who invites."""


@transaction.atomic(using="identity")
def request_invitation(
    *, address: str, invitation: UUID, sender_sending: UUID | None = None, language: str, client: str = ""
) -> Requested:
    """Note whom an invitation is for. No mail is written yet: that is `send_invitation`, when the giver agreed.

    The same address again changes nothing; another takes the place of the first. `sender_sending` is the sending of
    the person who invites, who cannot answer for somebody else. Counted like links, and once per sending, which writes
    one mail to everybody however many photos show them. Raises AddressNotValid, OwnAddress, TooMany, AlreadyAnswered.
    """
    identity, _new = place(
        address=address,
        subject=invitation,
        action=Link.Action.INVITATION,
        language=language,
        client=client,
        once_in=sender_sending,
    )
    if sender_sending and Keep.objects.filter(pk=sender_sending, identity=identity).exists():
        raise OwnAddress("This is the address of the person who invites.")
    return requested(identity)


@transaction.atomic(using="identity")
def send_invitation(*, invitation: UUID, asked_by: UUID, language: str, days_left: float, photos: int = 1) -> bool:
    """Write the mail of an invitation, once; its link lives for `days_left` days, at most settings.DEPICTED_DAYS.

    It asks about so many `photos` of one sending; the invitation is that of the first.

    Gives whether a mail is there: none goes to an address that does not want to be written to, that mails came back
    from, that is the asker's own, or that no `request_invitation` named. The asker is never told. Nor is the asker told
    that a mail has to wait because the address was written to as often as may be: to be called again, until there is
    room or no time is left.
    """
    keep = keep_of(invitation)
    if keep is None or keep.identity_id == asked_by or not _is_asked(keep):
        return False
    if Mail.objects.filter(decision=invitation, kind=Mail.Kind.INVITATION).exists():
        return True
    try:
        count_invitation(blind_index=bytes(keep.identity.blind_index))
    except TooMany:
        return False
    expires_at = timezone.now() + timedelta(days=min(days_left, settings.DEPICTED_DAYS))
    _write(keep.identity, invitation, asked_by, language, expires_at, photos)
    return True


def can_be_sent(*, invitation: UUID) -> bool:
    """Whether `send_invitation` would write a mail now, as far as the address says: for `fsck`, never for the asker."""
    keep = Keep.objects.select_related("identity").filter(pk=invitation).first()
    if keep is None or not _is_asked(keep):
        return False
    return may_count_invitation(blind_index=bytes(keep.identity.blind_index))


def _is_asked(keep: Keep) -> bool:
    return keep.quiet_since is None and may_be_invited(keep.identity_id)


@transaction.atomic(using="identity")
def remind_invitation(*, invitation: UUID, asked_by: UUID, language: str, photos: int = 1) -> bool:
    """Write an invitation once more, because the invited person asked for it; the fresh link ends when the first did.

    Once, however often this is called. The former link dies. Gives whether a mail is there: none when time is over, the
    answer is there, the address is gone or does not want to be written to.
    """
    keep = keep_of(invitation)
    if keep is None or not _is_asked(keep):
        return False
    former = Link.objects.filter(action=Link.Action.INVITATION, subject=invitation, claim__isnull=True).first()
    if former is None or former.expires_at <= timezone.now():
        return False
    if _take_place_of_the_first(invitation):
        former.delete()
        _write(keep.identity, invitation, asked_by, language, former.expires_at, photos)
    return True


def _take_place_of_the_first(invitation: UUID) -> bool:
    """Make room for a second mail; not when the first is still on its way, nor when there was a second before."""
    mails = Mail.objects.filter(kind=Mail.Kind.INVITATION)
    if was_reminded(invitation) or mails.filter(decision=invitation, sent_at__isnull=True).exists():
        return False
    mails.filter(decision=invitation).update(decision=first_of_two(invitation))
    return True


@transaction.atomic(using="identity")
def stop_invitations(*, participant: UUID) -> None:
    """Never invite or remind this address again, even after it is deleted here. The same choice again changes nothing.

    Updates end with it, and can be asked for anew. Whoever types the address into a page of ours still gets a link.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None:
        return
    if do_not_write(identity):
        events.wait(events.INVITATIONS_STOPPED, participant=participant, by=f"participant:{participant}")
    set_updates(participant=participant, on=False)


@transaction.atomic(using="identity")
def allow_invitations(*, participant: UUID) -> None:
    """Take `stop_invitations` back."""
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None:
        return
    if DoNotWrite.objects.filter(pk=bytes(identity.blind_index)).delete()[0]:
        events.wait(events.INVITATIONS_ALLOWED, participant=participant, by=f"participant:{participant}")


def do_not_write(identity: Identity) -> bool:
    """Put an address on the list and drop what is on its way to it; whether it was new there."""
    _row, new = DoNotWrite.objects.get_or_create(blind_index=bytes(identity.blind_index))
    drop_unsent(identity, Mail.Kind.INVITATION, *REMINDERS)
    Identity.objects.filter(pk=identity.pk).update(more_due_at=None)
    return new


def _write(
    identity: Identity, invitation: UUID, asked_by: UUID, language: str, expires_at: datetime, photos: int
) -> None:
    letter = Letter(Link.Action.INVITATION, Mail.Kind.INVITATION, by=f"participant:{asked_by}")
    write_letter(
        identity,
        invitation,
        letter,
        language=language,
        ready=True,
        expires_at=expires_at,
        asked_by=asked_by,
        told={"photos": photos},
    )
