"""What a photo shows, for the machines that look at it: raw pixels out of the confined child."""

from collections.abc import Sequence

from contributions.decoder.answer import Refused
from contributions.decoder.seeing import look
from contributions.looks import Look, Pixels
from contributions.models import Photo
from vault import actions as vault


class PixelsUnavailable(Exception):
    """No child could say what the photo shows: it has no rendition, or decoding failed."""


def pixels_of(photo: Photo, looks: Sequence[Look]) -> list[Pixels]:
    """What these looks (at most 16, each at most 2048 x 2048) see of the photo's rendition, in their order.

    Raises PixelsUnavailable, and ValueError for looks that nobody may ask for.
    """
    if photo.rendition is None:
        raise PixelsUnavailable
    try:
        return look(vault.read(photo.rendition), looks)
    except Refused:
        raise PixelsUnavailable from None
