"""What the sender's frame of a print means to those who cut."""

from contributions.frames import WHOLE
from contributions.models import Photo


def frame_of(photo: Photo) -> list[float] | None:
    """The four corners that the sender cuts to, as contributions.frames has them.

    None where the sender said nothing, or keeps all of the photo.
    """
    return None if photo.frame is None or tuple(photo.frame) == WHOLE else list(photo.frame)


def found_frame_of(photo: Photo) -> list[float] | None:
    """The frame that was found, where the sender said nothing about it; as frame_of."""
    found = photo.found_frame
    return None if photo.frame is not None or found is None or tuple(found) == WHOLE else list(found)
