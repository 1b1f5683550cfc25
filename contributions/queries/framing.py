"""What the sender's frame of a print means to those who cut straight."""

from contributions.frames import WHOLE, box
from contributions.models import Photo


def box_of_frame(photo: Photo) -> tuple[float, float, float, float] | None:
    """The upright box around the frame that the sender set: left, top, right, bottom as fractions of the photo.

    None where the sender set none, or keeps all of the photo.
    """
    return None if photo.frame is None or tuple(photo.frame) == WHOLE else box(photo.frame)
