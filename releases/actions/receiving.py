"""Who may have releases: an institution entered by one curator and approved by another, until its agreement ends."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.models import Audience, Recipient

ENTERED = EventKind(
    "recipient:entered",
    "{actor} entered recipient {subject} (audience: {audience}), under an agreement until {until}.",
    fields=("audience", "until"),
)
APPROVED = EventKind(
    "recipient:approved", "{actor} approved recipient {subject} (audience: {audience}).", fields=("audience",)
)
ENDED = EventKind("recipient:ended", "{actor} ended recipient {subject}: nothing more is handed out to it.")


class RecipientNotPossible(Exception):
    """The recipient cannot take this step; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: over, ended, same_person, approved."""
        super().__init__(code)
        self.code = code


@transaction.atomic
def enter_recipient(
    *,
    institution: str,
    contact: str,
    address: str,
    audience: Audience,
    agreement: str,
    agreement_until: date,
    staff_id: UUID,
) -> Recipient:
    """Enter an institution, for another curator to approve. Raises RecipientNotPossible("over")."""
    _check_not_over(agreement_until)
    recipient = Recipient.objects.create(
        institution=institution,
        contact=contact,
        address=address,
        audience=audience,
        agreement=agreement,
        agreement_until=agreement_until,
        entered_by_id=staff_id,
    )
    by = f"staff:{staff_id}"
    record(ENTERED, subject=str(recipient.pk), by=by, audience=str(audience), until=agreement_until)
    return recipient


@transaction.atomic
def approve_recipient(*, recipient_id: UUID, staff_id: UUID) -> Recipient:
    """Let a second curator approve it. Raises RecipientNotPossible ("ended", "over", "same_person", "approved").

    What was entered is never changed, so that what the second one read is what they approve.
    """
    recipient = _locked(recipient_id)
    if recipient.ended_at:
        raise RecipientNotPossible("ended")
    if recipient.approved_at:
        raise RecipientNotPossible("approved")
    if recipient.entered_by_id == staff_id:
        raise RecipientNotPossible("same_person")
    _check_not_over(recipient.agreement_until)
    recipient.approved_at, recipient.approved_by_id = timezone.now(), staff_id
    recipient.save(update_fields=["approved_at", "approved_by"])
    record(APPROVED, subject=str(recipient.pk), by=f"staff:{staff_id}", audience=recipient.audience)
    return recipient


@transaction.atomic
def end_recipient(*, recipient_id: UUID, staff_id: UUID) -> Recipient:
    """From this moment on nothing is handed out to it, whatever links it has. A second time does nothing.

    Any curator may, alone and at once: it takes away and gives nothing.
    """
    recipient = _locked(recipient_id)
    if recipient.ended_at is None:
        recipient.ended_at, recipient.ended_by_id = timezone.now(), staff_id
        recipient.save(update_fields=["ended_at", "ended_by"])
        record(ENDED, subject=str(recipient.pk), by=f"staff:{staff_id}")
    return recipient


def _check_not_over(until: date) -> None:
    if until < timezone.now().date():
        raise RecipientNotPossible("over")


def _locked(recipient_id: UUID) -> Recipient:
    return Recipient.objects.select_for_update().get(pk=recipient_id)
