"""Annotation's step after use was stopped (settings.WITHDRAWAL_STEPS)."""

from uuid import UUID

from annotation import actions


def give_back(photo_id: UUID) -> None:
    """Take the photo out of reading; the task row is the result."""
    actions.give_back(photo_id=photo_id)
