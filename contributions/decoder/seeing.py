"""What a rendition of ours shows, asked of a confined child. Without Pillow, so that queries may import it."""

from collections.abc import Sequence

from contributions.decoder.answer import Garbled, Refused
from contributions.decoder.asking import ask
from contributions.decoder.orders import LOOK
from contributions.decoder.pixels import pack_order, unpack_pixels
from contributions.looks import Look, Pixels


def look(rendition: bytes, looks: Sequence[Look]) -> list[Pixels]:
    """What these looks see of a JPEG of ours, in their order: raw pixels.

    Raises Refused when no child could say, and ValueError for looks that nobody may ask for.
    """
    order = b"".join(pack_order(looks, rendition))
    try:
        return unpack_pixels(ask(order, LOOK), looks)
    except Garbled:
        raise Refused("not_a_picture") from None
