"""Screening's step on a photo's way out (settings.WITHDRAWAL_STEPS)."""

from uuid import UUID

from screening.models import Finding


def forget(photo_id: UUID) -> None:
    """Drop what screening keeps to compare by; the verdict stays, so that an undone withdrawal needs no second look."""
    Finding.objects.filter(photo_id=photo_id).delete()
