"""The frame of a print: found at intake and offered, then said by the sender. The photo itself is kept whole."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.models import EventKind
from contributions.actions.drafts import actor_of, locked_photo
from contributions.frames import WHOLE, is_frame
from contributions.models import Photo
from contributions.transitions import PhotoState

# The corners are in no event.
FRAMED = EventKind("photo:framed", "The sender said which part of photo {photo} is the picture.", ("photo",))


class NotAFrame(Exception):
    """These corners are not four sides inside of the photo, or hold less than a tenth of it."""


@transaction.atomic
def frame_photo(*, photo: Photo, corners: Sequence[float] | None) -> list[float]:
    """Say where the picture of a print lies (contributions.frames); None keeps all of the photo, and is remembered so.

    Returns what is kept. Raises NotAFrame and TransitionNotAllowed.
    """
    frame = list(WHOLE if corners is None else corners)
    if not is_frame(frame):
        raise NotAFrame
    photo = locked_photo(photo)
    if photo.frame != frame:
        photo.frame = frame
        photo.save(update_fields=["frame"])
        record(FRAMED, subject=photo.pk, by=actor_of(photo.contribution_id), photo=photo.pk)
    return frame


def keep_found_frame(*, photo_id: UUID, found: Sequence[float]) -> None:
    """Keep where the machine thinks that the picture lies, unless the photo was let go meanwhile.

    It is a suggestion that nobody has answered, so there is no event.
    """
    Photo.objects.filter(pk=photo_id, state=PhotoState.READY).update(found_frame=list(found))
