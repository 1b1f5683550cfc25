"""What the sender's frame of a print means to those who cut straight."""

from contributions.frames import WHOLE, box
from contributions.models import Photo


def frame_of(photo: Photo) -> list[float] | None:
    """The four corners that the sender cuts to, as contributions.frames has them.

    None where the sender said nothing, or keeps all of the photo.
    """
    return None if photo.frame is None or tuple(photo.frame) == WHOLE else list(photo.frame)


def box_of_frame(photo: Photo) -> tuple[float, float, float, float] | None:
    """The upright box around the frame that the sender set: left, top, right, bottom as fractions of the photo.

    None as frame_of.
    """
    frame = frame_of(photo)
    return None if frame is None else box(frame)


def box_of_found_frame(photo: Photo) -> tuple[float, float, float, float] | None:
    """The upright box around the frame that was found, where the sender said nothing about it; as box_of_frame."""
    found = photo.found_frame
    return None if photo.frame is not None or found is None or tuple(found) == WHOLE else box(found)
