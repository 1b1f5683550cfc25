"""The link that a sending's own giver gets, to agree or not."""

from uuid import UUID

from django.db import transaction

from identity.actions.asking import Letter, Requested, keep_of, place, refuse_answered, requested, write_letter
from identity.actions.keeping import drop_letters
from identity.actions.limits import count_link
from identity.models import Link, Mail
from identity.sealing import index_of


class SendingUnknown(Exception):
    """No address was given for this sending yet."""


@transaction.atomic(using="identity")
def request_consent(*, address: str, sending: UUID, language: str, client: str = "") -> Requested:
    """Write the mail that asks for consent to a sending; it waits for `release_mail(decision=sending)`.

    The same address again changes nothing. Another address takes the place of the first, whose link dies. `client` is
    the network address that is counted by, where one sending could write to many. Raises AddressNotValid, TooMany,
    AlreadyAnswered.
    """
    identity, new = place(
        address=address, subject=sending, action=Link.Action.CONSENT, language=language, client=client
    )
    if new:
        write_letter(identity, sending, _letter(sending), language=language, ready=False)
    return requested(identity)


@transaction.atomic(using="identity")
def resend_consent(*, sending: UUID, language: str, client: str = "") -> Requested:
    """Send a fresh link for a sending that waits for its answer; the former link dies.

    Raises SendingUnknown, AlreadyAnswered, TooMany.
    """
    keep = keep_of(sending)
    if keep is None:
        raise SendingUnknown
    refuse_answered(sending, Link.Action.CONSENT)
    count_link(blind_index=bytes(keep.identity.blind_index), client=client)
    drop_letters(sending)
    write_letter(keep.identity, sending, _letter(sending), language=language, ready=True)
    return requested(keep.identity)


@transaction.atomic(using="identity")
def change_address(*, sending: UUID, address: str, language: str, client: str = "") -> Requested:
    """Write the link of a sending that was sent already to another address; the former link dies.

    The caller ties the sending to the participant returned, then calls `release_mail(decision=sending)`; the former
    participant is deleted when no other sending needs it. The same address again is sent a fresh link at once. Raises
    SendingUnknown, AlreadyAnswered, AddressNotValid, TooMany.
    """
    keep = keep_of(sending)
    if keep is None:
        raise SendingUnknown
    if bytes(keep.identity.blind_index) == index_of(address):
        return resend_consent(sending=sending, language=language, client=client)
    return request_consent(address=address, sending=sending, language=language, client=client)


def _letter(sending: UUID) -> Letter:
    return Letter(Link.Action.CONSENT, Mail.Kind.CONSENT_LINK, by=f"sending:{sending}")
