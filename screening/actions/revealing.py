"""A safety officer's look at a held photo: once for each press, written down before the first byte, and few a day."""

from collections.abc import Iterator
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from contributions.models import Photo
from screening.actions.stopping import one_look_at_a_time, stop_if_too_many
from screening.actions.viewing import VIEWED
from screening.models import View
from screening.queries import held
from screening.queries.own_looks import REVEAL, looks_of
from vault import actions as vault
from vault.models import SealedObject

RENDITION = "rendition"


class NotRevealable(Exception):
    """The photo is not held: it is locked, excluded, clear, on its way out or unknown. Or this look was used."""


class LooksUsedUp(Exception):
    """The day's looks are used up, a break is due, or this person's views are stopped. The facts can be ruled on."""


def reveal(*, photo_id: UUID, staff_id: UUID, look: UUID) -> Iterator[bytes]:
    """JPEG bytes (at most 2048 pixels a side) of a held photo, after the look was committed to the log.

    `look` is drawn for one press and becomes the id of the view, so it opens the picture once, however many ask at the
    same time. Raises NotRevealable and LooksUsedUp; then nothing is logged and nothing opened.
    """
    with transaction.atomic(durable=True):
        one_look_at_a_time(staff_id)
        if not looks_of(staff_id).may_look:
            raise LooksUsedUp
        is_stopped = stop_if_too_many(staff_id=staff_id)
        opened = None if is_stopped else _opened(photo_id, staff_id, look)
    if opened is None:
        raise LooksUsedUp
    return vault.open_object(opened)


def _opened(photo_id: UUID, staff_id: UUID, look: UUID) -> SealedObject:
    """What is to be opened, once this look is in the log. Raises NotRevealable."""
    # Nobody locks the photo between this question and the look.
    Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()
    photo = held().filter(pk=photo_id).select_related("rendition").first()
    if photo is None or photo.rendition is None:
        raise NotRevealable
    _note(photo, staff_id, look)
    return photo.rendition


def _note(photo: Photo, staff_id: UUID, look: UUID) -> None:
    try:
        with transaction.atomic():
            View.objects.create(pk=look, photo=photo, staff_id=staff_id, rendition=RENDITION, reason=REVEAL)
    except IntegrityError:
        raise NotRevealable from None
    record(
        VIEWED,
        subject=photo.pk,
        by=f"staff:{staff_id}",
        photo=photo.pk,
        rendition=RENDITION,
        reason=REVEAL,
        task=None,
        view=look,
    )
