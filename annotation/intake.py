"""Annotation's step after consent was given (settings.CONSENTED_STEPS)."""

from uuid import UUID

from annotation import actions


def open_task(photo_id: UUID) -> None:
    """Let the photo wait for a reading; the task row is the result."""
    actions.open_task(photo_id=photo_id)


def suggest_people(photo_id: UUID) -> None:
    """Suggest marks where faces are; the suggestions are the result."""


def ask_for_text(photo_id: UUID) -> None:
    """Have text on the print looked for by a worker of its own; its row is the result."""
