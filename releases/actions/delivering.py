"""Handing a release to a recipient: a link that ends, made by a curator and mailed to the recipient."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.models import Delivery, Recipient, Release
from releases.queries import open_deliveries
from releases.tokens import digest_of, token_for
from releases.transitions import ReleaseState

MADE = EventKind(
    "delivery:made",
    "{actor} handed release {number} (audience: {audience}) to recipient {recipient}, by a link until {until}.",
    fields=("recipient", "release", "number", "audience", "until"),
)
ENDED = EventKind("delivery:ended", "{actor} ended a link of recipient {recipient}.", fields=("recipient",))


class DeliveryNotPossible(Exception):
    """The release cannot be handed to this recipient; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: not_approved, ended, over, other_audience, not_published, already_open."""
        super().__init__(code)
        self.code = code


@transaction.atomic
def deliver(*, recipient_id: UUID, release_id: UUID, staff_id: UUID) -> Delivery:
    """Make a link for a recipient. The worker mails it to the address that two curators approved; nobody else sees it.

    Raises DeliveryNotPossible.
    """
    release = Release.objects.select_for_update().get(pk=release_id)
    recipient = Recipient.objects.select_for_update().get(pk=recipient_id)
    if code := _refusal(recipient, release):
        raise DeliveryNotPossible(code)
    key = uuid4()
    delivery = Delivery.objects.create(
        id=key,
        recipient=recipient,
        release=release,
        token_sha256=digest_of(token_for(key)),
        made_by_id=staff_id,
        expires_at=timezone.now() + timedelta(days=settings.DELIVERY_DAYS),
    )
    record(
        MADE,
        subject=str(delivery.pk),
        by=f"staff:{staff_id}",
        recipient=str(recipient.pk),
        release=str(release.pk),
        number=release.number,
        audience=release.audience,
        until=delivery.expires_at,
    )
    return delivery


@transaction.atomic
def end_delivery(*, delivery_id: UUID, staff_id: UUID) -> Delivery:
    """From this moment on the link opens nothing. A second time does nothing."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.ended_at is None:
        delivery.ended_at, delivery.ended_by_id = timezone.now(), staff_id
        delivery.save(update_fields=["ended_at", "ended_by"])
        record(ENDED, subject=str(delivery.pk), by=f"staff:{staff_id}", recipient=str(delivery.recipient_id))
    return delivery


def _refusal(recipient: Recipient, release: Release) -> str:
    refusals = {
        "not_approved": recipient.approved_at is None,
        "ended": recipient.ended_at is not None,
        "over": recipient.agreement_until < timezone.now().date(),
        "other_audience": recipient.audience != release.audience,
        "not_published": release.state != ReleaseState.PUBLISHED,
        "already_open": open_deliveries().filter(recipient=recipient, release=release).exists(),
    }
    return next((code for code, holds in refusals.items() if holds), "")
