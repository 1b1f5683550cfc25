"""What the sender's frame of a print means to those who cut straight."""

from contributions.frames import WHOLE, box
from contributions.models import Photo


def frame_of(photo: Photo) -> list[float] | None:
    """The frame that counts, as contributions.frames has it: what the sender cut, else what was found; None for no cut.

    Who keeps all of the photo cuts nothing, and then what was found still tells where the picture of a print lies.
    """
    for frame in (photo.frame, photo.found_frame):
        if frame is not None and tuple(frame) != WHOLE:
            return list(frame)
    return None


def box_of_frame(photo: Photo) -> tuple[float, float, float, float] | None:
    """The upright box around the frame that the sender set: left, top, right, bottom as fractions of the photo.

    None where the sender set none, or keeps all of the photo.
    """
    return None if photo.frame is None or tuple(photo.frame) == WHOLE else box(photo.frame)


def box_of_found_frame(photo: Photo) -> tuple[float, float, float, float] | None:
    """The upright box around the frame that was found, where the sender said nothing about it; as box_of_frame."""
    found = photo.found_frame
    return None if photo.frame is not None or found is None or tuple(found) == WHOLE else box(found)
