"""Looks at a rendition and their answers, as bytes. The worker knows the shape of an answer before it reads one."""

import struct
from collections.abc import Iterator, Sequence

from contributions.decoder.answer import Garbled
from contributions.frames import is_frame
from contributions.looks import MOST_LOOKS, MOST_SIDE, Look, Pixels

_ORDER_HEAD = struct.Struct("!4sB")
_LOOK = struct.Struct("!HHBB8d")
_ANSWER_HEAD = struct.Struct("!4sHH")
_MAGIC = b"MPML"
_NO_FRAME = (0.0,) * 8


def pack_order(looks: Sequence[Look], rendition: bytes) -> list[bytes]:
    """The looks and the JPEG to be looked at, in pieces; raises ValueError for looks that nobody may ask for."""
    if not 0 < len(looks) <= MOST_LOOKS or not all(_is_possible(look) for look in looks):
        raise ValueError(looks)
    wanted = [
        _LOOK.pack(look.width, look.height, look.fits, look.frame is not None, *(look.frame or _NO_FRAME))
        for look in looks
    ]
    return [_ORDER_HEAD.pack(_MAGIC, len(looks)), *wanted, rendition]


def unpack_order(order: bytes) -> tuple[list[Look], memoryview]:
    """The looks, and the JPEG; raises Garbled."""
    if len(order) < _ORDER_HEAD.size:
        raise Garbled("short")
    magic, count = _ORDER_HEAD.unpack_from(order)
    start = _ORDER_HEAD.size + count * _LOOK.size
    if magic != _MAGIC or len(order) < start:
        raise Garbled("order")
    looks = []
    for width, height, fits, framed, *frame in _LOOK.iter_unpack(memoryview(order)[_ORDER_HEAD.size : start]):
        looks.append(Look(width, height, bool(fits), frame if framed else None))
    if not all(_is_possible(look) for look in looks):
        raise Garbled("look")
    return looks, memoryview(order)[start:]


def pack_pixels(pixels: Pixels) -> list[bytes]:
    """One look's answer, in pieces."""
    return [_ANSWER_HEAD.pack(_MAGIC, pixels.width, pixels.height), pixels.rgb]


def unpack_pixels(answer: bytes, looks: Sequence[Look]) -> list[Pixels]:
    """The answers to these looks, in their order; raises Garbled unless each has a shape that its look allows."""
    return list(_answers(answer, looks))


def _answers(answer: bytes, looks: Sequence[Look]) -> Iterator[Pixels]:
    at = 0
    for look in looks:
        if len(answer) < at + _ANSWER_HEAD.size:
            raise Garbled("short")
        magic, width, height = _ANSWER_HEAD.unpack_from(answer, at)
        if magic != _MAGIC or not _is_allowed(look, width, height):
            raise Garbled("shape")
        start = at + _ANSWER_HEAD.size
        at = start + 3 * width * height
        if len(answer) < at:
            raise Garbled("short")
        yield Pixels(width, height, answer[start:at])
    if len(answer) != at:
        raise Garbled("long")


def _is_possible(look: Look) -> bool:
    sides = 0 < look.width <= MOST_SIDE and 0 < look.height <= MOST_SIDE
    return sides and (look.frame is None or is_frame(look.frame))


def _is_allowed(look: Look, width: int, height: int) -> bool:
    if look.fits:
        return 0 < width <= look.width and 0 < height <= look.height
    return (width, height) == (look.width, look.height)
