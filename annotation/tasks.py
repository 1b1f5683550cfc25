"""Background work of this room."""

import logging
from importlib import import_module
from time import monotonic
from uuid import UUID

from celery import shared_task
from django.conf import settings

from annotation import actions
from annotation.queries import team
from contributions.models import Photo
from contributions.queries import pixels_of
from screening import queries as gate

logger = logging.getLogger(__name__)
# Shorter than the broker waits before it hands a message out again.
MOST_SECONDS = 240


@shared_task(name="annotation.tasks.sweep")
def sweep() -> None:
    """Bring the queue in order, and wake the worker that looks for text, if some photos wait for it."""
    actions.release_expired()
    actions.raise_long_waits()
    actions.open_again()
    actions.leave_to_everybody()
    actions.destroy_old_texts()
    actions.wake_if_waiting()


@shared_task(name="annotation.tasks.count_usable")
def count_usable() -> None:
    """Count the settled photos that may be used, for the lead's page."""
    team.count_usable()


@shared_task(name="annotation.tasks.find_text")
def find_text() -> None:
    """Look for text on the photos that wait, one after another, for some minutes; the sweep sends again."""
    until = monotonic() + MOST_SECONDS
    while monotonic() < until:
        photo_id = actions.take_search()
        if photo_id is None:
            return
        look_for_text(photo_id)


def look_for_text(photo_id: UUID) -> None:
    """Look for text on one photo, if the gate still lets it through. What fails is tried again, and then parked."""
    if not gate.is_servable(photo_id):
        actions.put_off_search(photo_id=photo_id)
        return
    try:
        # Named in the settings and loaded here: only the worker that does this holds the models in its memory.
        reader = import_module(settings.TEXT_READER)
        photo = Photo.objects.select_related("rendition__key").get(pk=photo_id)
        (pixels,) = pixels_of(photo, [reader.LOOK])
        seen = reader.find(pixels)
    except Exception as error:  # noqa: BLE001 - whatever it was, it is this photo's and not the worker's
        # A message could carry what it was working on, so only the kind of the failure is kept.
        logger.warning("no text was looked for on photo %s: %s", photo_id, type(error).__name__)
        return
    actions.keep_text(photo_id=photo_id, seen=seen, model=reader.MODEL)
