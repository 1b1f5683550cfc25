"""The first steps of a photo's way in (settings.INTAKE_STEPS): new pixels out of whatever was sent, and their frame."""

import logging
from uuid import UUID

from contributions.actions.framing import keep_found_frame
from contributions.actions.rebuilding import accept, clear_leftovers, preview_key, refuse
from contributions.decoder import client
from contributions.decoder.answer import Refused
from contributions.models import Photo
from contributions.queries.steps import is_stopped
from contributions.transitions import PhotoState
from vault import actions as vault
from vault.crash import here

logger = logging.getLogger(__name__)

# Pixels of the shorter side below which a border cannot be told from the picture.
SMALLEST_PRINT = 160
# No verdict on the file, only on us: tried again.
NO_VERDICT = "decoder_unavailable"


class DecoderUnavailable(Exception):
    """No decoding child could be had."""


def rebuild(photo_id: UUID) -> None:
    """Turn the received bytes into a photo, a rendition, a thumbnail and, until it is sent, a preview for its sender.

    A file that is no picture is refused and destroyed. A second delivery finds the result and returns. Raises
    DecoderUnavailable.
    """
    photo = Photo.objects.select_related("key", "received").get(pk=photo_id)
    if photo.state != PhotoState.RECEIVED or is_stopped(photo_id):
        return
    clear_leftovers(photo=photo)
    try:
        rebuilt = client.rebuild(vault.read(photo.received))
    except Refused as refusal:
        if refusal.code == NO_VERDICT:
            raise DecoderUnavailable from None
        refuse(photo_id=photo_id, code=refusal.code)
        return
    shown = preview_key(photo_id=photo_id)
    accept(
        photo_id=photo_id,
        rebuilt=rebuilt,
        full=vault.seal(key=photo.key, data=rebuilt.photo),
        rendition=vault.seal(key=photo.key, data=rebuilt.rendition),
        thumbnail=vault.seal(key=photo.key, data=rebuilt.thumbnail),
        preview=vault.seal(key=shown, data=rebuilt.preview) if shown else None,
    )
    here("rebuild:committed")


def find_border(photo_id: UUID) -> None:
    """Look for the frame of a print, to offer it to the sender. It is a help only: whatever fails leaves no frame.

    A second delivery looks again and finds the same; a photo refused or let go meanwhile is left alone.
    """
    photo = Photo.objects.select_related("key", "rendition").get(pk=photo_id)
    if photo.state != PhotoState.READY or photo.rendition is None or is_stopped(photo_id):
        return
    if min(photo.width or 0, photo.height or 0) < SMALLEST_PRINT:
        return
    try:
        found = client.find_frame(vault.read(photo.rendition))
    except Exception as error:  # noqa: BLE001 - no failure of this help may stop a photo
        logger.warning("no frame was looked for in photo %s: %s", photo_id, type(error).__name__)
        return
    if found is not None:
        keep_found_frame(photo_id=photo_id, found=found)
