"""The link that a sending's own giver gets, to agree or not."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction

from identity.actions.keeping import delete_unkept, drop_letters
from identity.actions.limits import count_link
from identity.actions.links import write_link
from identity.actions.mailing import write_mail
from identity.addresses import cleaned, mask
from identity.models import Identity, Keep, Link, Mail
from identity.sealing import index_of, seal_text


class SendingUnknown(Exception):
    """No address was given for this sending yet."""


class AlreadyAnswered(Exception):
    """The link of this sending was used; its address cannot be changed and no new link is needed."""


@dataclass(frozen=True, slots=True)
class Requested:
    """Who was asked: a random id, and as much of the address as may be shown."""

    participant: UUID
    mask: str


@transaction.atomic(using="identity")
def request_consent(*, address: str, sending: UUID, language: str, client: str = "") -> Requested:
    """Write the mail that asks for consent to a sending; it waits for `release_mail(decision=sending)`.

    The same address again changes nothing. Another address takes the place of the first, whose link dies. `client` is
    the network address that is counted by, where one sending could write to many. Raises AddressNotValid, TooMany,
    AlreadyAnswered.
    """
    keep = _keep_of(sending)
    index = index_of(address)
    if keep is not None and bytes(keep.identity.blind_index) == index:
        return _requested(keep.identity)
    _refuse_answered(sending)
    count_link(blind_index=index, client=client)
    identity = _find_or_make(address, index, language)
    if keep is None:
        Keep.objects.create(sending=sending, identity=identity)
    else:
        former = keep.identity
        Keep.objects.filter(pk=sending).update(identity=identity)
        drop_letters(sending)
        delete_unkept(participant=former.participant)
    _write_letter(identity, sending, language, ready=False)
    return _requested(identity)


@transaction.atomic(using="identity")
def resend_consent(*, sending: UUID, language: str, client: str = "") -> Requested:
    """Send a fresh link for a sending that waits for its answer; the former link dies.

    Raises SendingUnknown, AlreadyAnswered, TooMany.
    """
    keep = _keep_of(sending)
    if keep is None:
        raise SendingUnknown
    _refuse_answered(sending)
    count_link(blind_index=bytes(keep.identity.blind_index), client=client)
    drop_letters(sending)
    _write_letter(keep.identity, sending, language, ready=True)
    return _requested(keep.identity)


@transaction.atomic(using="identity")
def change_address(*, sending: UUID, address: str, language: str, client: str = "") -> Requested:
    """Write the link of a sending that was sent already to another address; the former link dies.

    The caller ties the sending to the participant returned, then calls `release_mail(decision=sending)`; the former
    participant is deleted when no other sending needs it. The same address again is sent a fresh link at once. Raises
    SendingUnknown, AlreadyAnswered, AddressNotValid, TooMany.
    """
    keep = _keep_of(sending)
    if keep is None:
        raise SendingUnknown
    if bytes(keep.identity.blind_index) == index_of(address):
        return resend_consent(sending=sending, language=language, client=client)
    return request_consent(address=address, sending=sending, language=language, client=client)


def _keep_of(sending: UUID) -> Keep | None:
    # Before the row is there nothing holds the second of two requests back: they take turns by the sending's id.
    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(sending.bytes[:8], signed=True)])
    return Keep.objects.select_for_update(of=("self",)).select_related("identity").filter(pk=sending).first()


def _refuse_answered(sending: UUID) -> None:
    if Link.objects.filter(action=Link.Action.CONSENT, subject=sending, claim__isnull=False).exists():
        raise AlreadyAnswered


def _find_or_make(address: str, index: bytes, language: str) -> Identity:
    fresh = Identity(
        blind_index=index, sealed_address=seal_text(cleaned(address)), mask=mask(address), language=language
    )
    while True:
        Identity.objects.bulk_create([fresh], ignore_conflicts=True)
        # Locked, so that it cannot be deleted as unneeded before its keep is written; gone already: make it again.
        found = Identity.objects.select_for_update().filter(blind_index=index).first()
        if found is not None:
            return found


def _write_letter(identity: Identity, sending: UUID, language: str, *, ready: bool) -> None:
    token = write_link(identity=identity, action=Link.Action.CONSENT, subject=sending, by=f"sending:{sending}")
    write_mail(
        identity=identity,
        kind=Mail.Kind.CONSENT_LINK,
        language=language,
        context={"token": token},
        decision=sending,
        ready=ready,
    )


def _requested(identity: Identity) -> Requested:
    return Requested(identity.participant, identity.mask)
