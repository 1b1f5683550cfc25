"""What a rebuild leaves behind: the new objects on the photo's row, or a refusal, and nothing half done."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions.actions.erasing import destroy_received
from contributions.actions.leaving import UNREADABLE, lapse
from contributions.decoder.answer import Rebuilt
from contributions.models import Photo
from contributions.transitions import PhotoState, SendingState, check_photo
from vault import actions as vault
from vault.crash import here
from vault.models import DataKey, SealedObject

READY = EventKind(
    "photo:ready", "Photo {photo} was rebuilt from its pixels: {width} by {height}.", ("photo", "width", "height")
)
REFUSED = EventKind("photo:refused", "Photo {photo} could not be rebuilt: {reason}.", ("photo", "reason"))


def clear_leftovers(*, photo: Photo) -> None:
    """Delete what a try sealed that did not live to say so: nothing names those objects."""
    sealed = SealedObject.objects.filter(key__in=[photo.key_id, photo.preview_key_id], dropped_at__isnull=True)
    for leftover in sealed.exclude(pk=photo.received_id):
        vault.delete(leftover)


@transaction.atomic
def preview_key(*, photo_id: UUID) -> DataKey | None:
    """The key of the preview, on the photo's row before anything is sealed under it; None once the photo was sent."""
    photo = Photo.objects.select_for_update(of=("self",)).select_related("contribution", "preview_key").get(pk=photo_id)
    if photo.contribution.state != SendingState.DRAFT or (photo.preview_key and photo.preview_key.destroyed_at):
        return None
    if photo.preview_key is None:
        photo.preview_key = vault.new_key()
        photo.save(update_fields=["preview_key"])
    return photo.preview_key


@transaction.atomic
def accept(
    *,
    photo_id: UUID,
    rebuilt: Rebuilt,
    full: SealedObject,
    rendition: SealedObject,
    thumbnail: SealedObject,
    preview: SealedObject | None,
) -> None:
    """Make these objects the photo. The preview is dropped when the photo was sent meanwhile."""
    photo = Photo.objects.select_for_update(of=("self",)).select_related("contribution", "preview_key").get(pk=photo_id)
    here("rebuild:sealed")
    if photo.state != PhotoState.RECEIVED:
        return  # let go meanwhile: the erasure destroys the key and all that was sealed under it
    check_photo(photo.state, PhotoState.READY)
    if preview is not None and photo.contribution.state != SendingState.DRAFT and photo.preview_key is not None:
        vault.destroy_key(photo.preview_key)
        preview = None
    Photo.objects.filter(pk=photo_id).update(
        state=PhotoState.READY,
        ready_at=timezone.now(),
        width=rebuilt.width,
        height=rebuilt.height,
        content_sha256=hashlib.sha256(rebuilt.photo).hexdigest(),
        full=full,
        rendition=rendition,
        thumbnail=thumbnail,
        preview=preview,
    )
    record(READY, subject=photo_id, by="system", photo=photo_id, width=rebuilt.width, height=rebuilt.height)


@transaction.atomic
def refuse(*, photo_id: UUID, code: str) -> None:
    """Refuse a file that is no picture we can read, and destroy its bytes. `code` is one of the decoder's."""
    photo = Photo.objects.select_for_update(of=("self",)).select_related("contribution").get(pk=photo_id)
    if photo.state != PhotoState.RECEIVED:
        return
    check_photo(photo.state, PhotoState.REFUSED)
    Photo.objects.filter(pk=photo_id).update(state=PhotoState.REFUSED, refusal=code)
    record(REFUSED, subject=photo_id, by="system", photo=photo_id, reason=code)
    destroy_received(photo=photo)
    if photo.contribution.state != SendingState.DRAFT:
        # Its giver has left the page that would show it.
        lapse(photos=[photo], reason=UNREADABLE, by="system")
