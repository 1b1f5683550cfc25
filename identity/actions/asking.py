"""Whom a sending, an invitation or a claim is about: the keep of its address, found or made, one caller at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from identity.actions.gate import check_replayed
from identity.actions.keeping import delete_unkept, drop_letters
from identity.actions.limits import count_link, counted_in_sending
from identity.actions.links import write_link
from identity.actions.mailing import write_mail
from identity.addresses import cleaned, mask
from identity.models import Identity, Keep, Link, Mail
from identity.sealing import index_of, seal_text


class AlreadyAnswered(Exception):
    """The link of this subject was used; its address cannot be changed and no new link is needed."""


@dataclass(frozen=True, slots=True)
class Requested:
    """Who was asked: a random id, and as much of the address as may be shown."""

    participant: UUID
    mask: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that carries a link: the link's one action, the mail's kind, and whose deed it is in the log."""

    action: Link.Action
    kind: Mail.Kind
    by: str


def keep_of(subject: UUID) -> Keep | None:
    """The keep of this subject, locked until the caller's identity transaction ends; a second caller waits here."""
    # Before the row is there nothing holds the second of two requests back: they take turns by the subject's id.
    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(subject.bytes[:8], signed=True)])
    return Keep.objects.select_for_update(of=("self",)).select_related("identity").filter(pk=subject).first()


def place(
    *,
    address: str,
    subject: UUID,
    action: Link.Action,
    language: str,
    client: str,
    once_in: UUID | None = None,
) -> tuple[Identity, bool]:
    """Tie a subject to the identity of an address; the identity, and whether that is new.

    The same address again changes nothing. Another takes the place of the first, whose link dies and who is deleted
    when nothing else needs it. Within the sending `once_in` an address is counted once. Call it inside an identity
    transaction. Raises AddressNotValid, TooMany, AlreadyAnswered, NotReplayed.
    """
    check_replayed()
    keep = keep_of(subject)
    index = index_of(address)
    if keep is not None and bytes(keep.identity.blind_index) == index:
        return keep.identity, False
    refuse_answered(subject, action)
    if not counted_in_sending(once_in, blind_index=index):
        count_link(blind_index=index, client=client, by_others=action != Link.Action.CONSENT)
    identity = _find_or_make(address, index, language)
    if keep is None:
        Keep.objects.create(subject=subject, identity=identity)
    else:
        former = keep.identity
        Keep.objects.filter(pk=subject).update(identity=identity)
        drop_letters(subject)
        delete_unkept(participant=former.participant)
    return identity, True


def refuse_answered(subject: UUID, action: Link.Action) -> None:
    """Raise AlreadyAnswered when the link of this action was used."""
    if Link.objects.filter(action=action, subject=subject, claim__isnull=False).exists():
        raise AlreadyAnswered


def write_letter(
    identity: Identity,
    subject: UUID,
    letter: Letter,
    *,
    language: str,
    ready: bool,
    expires_at: datetime | None = None,
    asked_by: UUID | None = None,
    told: Mapping[str, object] | None = None,
) -> None:
    """Write the subject's link and the mail that carries it, in the caller's identity transaction.

    `told` is what else the mail's words need.
    """
    token = write_link(identity=identity, action=letter.action, subject=subject, by=letter.by, expires_at=expires_at)
    write_mail(
        identity=identity,
        kind=letter.kind,
        language=language,
        context={"token": token, **(told or {})},
        decision=subject,
        asked_by=asked_by,
        ready=ready,
    )


def requested(identity: Identity) -> Requested:
    """What the asker may know of this identity."""
    return Requested(identity.participant, identity.mask)


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
