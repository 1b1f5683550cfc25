"""Who outside was told of a locked photo, as the written procedure asks: appended, never changed, without names."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from screening.models import Escalation
from screening.queries.desk import locked

ESCALATED = EventKind(
    "photo:escalated",
    "{actor} wrote down that {told} was told of photo {photo} at {told_at}, as {escalation}.",
    fields=("photo", "escalation", "told", "told_at"),
    ties=(("photo", "escalation"),),
)


class EscalationNotPossible(Exception):
    """The photo is not locked, or the time lies ahead."""


@transaction.atomic
def escalate(*, photo_id: UUID, told: str, told_at: datetime, reference: str, staff_id: UUID) -> Escalation:
    """Write down whom an officer told of a locked photo, when, and under which number it is filed there.

    `told` is one of Escalation.Told, `reference` at most 60 characters without a name. Raises EscalationNotPossible.
    """
    photo = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()
    is_possible = told in Escalation.Told.values and told_at <= timezone.now()
    if photo is None or not is_possible or not locked().filter(pk=photo_id).exists():
        raise EscalationNotPossible
    row = Escalation.objects.create(photo=photo, told=told, told_at=told_at, reference=reference, by_id=staff_id)
    record(
        ESCALATED,
        subject=photo_id,
        by=f"staff:{staff_id}",
        photo=photo_id,
        escalation=row.pk,
        told=told,
        told_at=told_at,
    )
    return row
