"""The one way in which staff come to see a picture: through the gate, and in the log before the first byte."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from screening.actions.stopping import ViewsStopped, one_look_at_a_time, stop_if_too_many
from screening.models import View
from screening.queries import is_servable
from vault import actions as vault
from vault.models import SealedObject

VIEWED = EventKind(
    "photo:viewed",
    "{actor} looked at the {rendition} of photo {photo} for {reason} (task: {task}).",
    fields=("photo", "rendition", "reason", "task", "view"),
)
RENDITIONS = ("full", "rendition", "thumbnail")


class NotServable(Exception):
    """The gate says no: the photo is not in use, was never judged, or the verdict is anything but clear."""


def view(
    *, photo_id: UUID, rendition: str, staff_id: UUID, reason: str, task_id: UUID | None = None
) -> Iterator[bytes]:
    """JPEG bytes of a photo for one staff member, after the view was committed to the log.

    `rendition` is one of RENDITIONS; `reason` a code such as "task"; `task_id` what it belongs to, if anything. The
    caller checked that the person's task or role gives the right. Raises NotServable when the gate says no, and
    ViewsStopped for somebody who opened too many in an hour; then no view is logged and nothing opened.
    """
    with transaction.atomic(durable=True):
        one_look_at_a_time(staff_id)
        is_stopped = stop_if_too_many(staff_id=staff_id)
        opened = None if is_stopped else _opened(photo_id, rendition, staff_id, reason, task_id)
    if opened is None:
        raise ViewsStopped
    return vault.open_object(opened)


def _opened(photo_id: UUID, rendition: str, staff_id: UUID, reason: str, task_id: UUID | None) -> SealedObject:
    """What is to be opened, once this view is in the log. Raises NotServable."""
    if rendition not in RENDITIONS or not is_servable(photo_id):
        raise NotServable
    picture: SealedObject | None = getattr(
        Photo.objects.select_related(f"{rendition}__key").get(pk=photo_id), rendition
    )
    if picture is None:
        raise NotServable
    seen = View.objects.create(photo_id=photo_id, staff_id=staff_id, rendition=rendition, reason=reason, task=task_id)
    record(
        VIEWED,
        subject=str(photo_id),
        by=f"staff:{staff_id}",
        photo=str(photo_id),
        rendition=rendition,
        reason=reason,
        task=task_id,
        view=str(seen.id),
    )
    return picture
