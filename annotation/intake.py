"""Annotation's step after consent was given (settings.CONSENTED_STEPS)."""

from uuid import UUID

from annotation import actions


def open_task(photo_id: UUID) -> None:
    """Let the photo wait for a reading; the task row is the result."""
    actions.open_task(photo_id=photo_id)
