"""Annotation's step after use was stopped (settings.WITHDRAWAL_STEPS)."""

from uuid import UUID

from annotation import actions


def give_back(photo_id: UUID) -> None:
    """Take the photo out of reading; the task row, the emptied notes and the lack of any suggestion are the result."""
    actions.give_back(photo_id=photo_id)
    actions.forget_notes(photo_id=photo_id)
    actions.forget_suggestions(photo_id=photo_id)
