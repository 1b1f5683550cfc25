"""Screening's step on a photo's way out (settings.WITHDRAWAL_STEPS)."""

from uuid import UUID

from screening import actions


def forget(photo_id: UUID) -> None:
    """Drop what screening keeps to compare by, and ask staff about near-duplicates that stay.

    The verdict stays, so that an undone withdrawal needs no second look.
    """
    actions.forget(photo_id=photo_id)
