"""Annotation's steps after consent was given (settings.CONSENTED_STEPS)."""

import logging
from uuid import UUID

from annotation import actions
from annotation.suggesting import faces
from contributions.models import Photo
from contributions.queries import pixels_of
from screening import queries as gate

logger = logging.getLogger(__name__)


def suggest_people(photo_id: UUID) -> None:
    """Suggest marks where faces are; the suggestions are the result. It is a help only: whatever fails leaves none."""
    if not gate.is_servable(photo_id):
        return
    try:
        photo = Photo.objects.select_related("rendition__key").get(pk=photo_id)
        (pixels,) = pixels_of(photo, [faces.LOOK])
        seen = faces.find(pixels)
    except Exception as error:  # noqa: BLE001 - no failure of this help may stop a photo
        logger.warning("no faces were looked for in photo %s: %s", photo_id, type(error).__name__)
        return
    actions.keep_faces(photo_id=photo_id, seen=seen, model=faces.MODEL)


def ask_for_text(photo_id: UUID) -> None:
    """Have text on the print looked for by a worker of its own; its row is the result."""
    actions.ask_for_text(photo_id=photo_id)


def open_task(photo_id: UUID) -> None:
    """Let the photo wait for a reading; the task row is the result."""
    actions.open_task(photo_id=photo_id)
