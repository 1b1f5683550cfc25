"""Annotation's step after use was stopped (settings.WITHDRAWAL_STEPS)."""

from uuid import UUID

from annotation import actions


def give_back(photo_id: UUID) -> None:
    """Take the photo out of reading; the task row and the emptied notes are the result."""
    actions.give_back(photo_id=photo_id)
    actions.forget_notes(photo_id=photo_id)
