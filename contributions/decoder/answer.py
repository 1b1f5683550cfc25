"""What a child says to the worker, as bytes. The worker treats every answer as hostile: fixed sizes, no parsing."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from contributions.frames import is_frame

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF")
REFUSALS = ("not_a_picture", "too_many_pixels", "truncated", "too_expensive", "decoder_unavailable")

_HEAD = struct.Struct("!4sBBIIIIII")
_MAGIC = b"MPM1"
_REBUILT, _REFUSED = 0, 1
_FRAME_HEAD = b"MPMF"
_FRAME = struct.Struct("!4s8d")


class Refused(Exception):
    """The file was not rebuilt; `code` is one of REFUSALS and says why in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Garbled(ValueError):
    """The bytes are not an answer: the child ended early or was taken over."""


@dataclass(frozen=True, slots=True, repr=False)
class Rebuilt:
    """A picture made anew from pixels: four JPEG files; width and height of `photo` in pixels; `format` as received."""

    photo: bytes
    rendition: bytes
    thumbnail: bytes
    preview: bytes
    width: int
    height: int
    format: str


def pack(rebuilt: Rebuilt) -> list[bytes]:
    """The answer for a rebuilt picture, in pieces that need not be joined in memory."""
    files = [rebuilt.photo, rebuilt.rendition, rebuilt.thumbnail, rebuilt.preview]
    sizes = (rebuilt.width, rebuilt.height, *map(len, files))
    return [_HEAD.pack(_MAGIC, _REBUILT, FORMATS.index(rebuilt.format), *sizes), *files]


def pack_refusal(code: str) -> bytes:
    """The answer that refuses, with one of REFUSALS."""
    return _HEAD.pack(_MAGIC, _REFUSED, REFUSALS.index(code), 0, 0, 0, 0, 0, 0)


def unpack(answer: bytes) -> Rebuilt:
    """The rebuilt picture; raises Refused when the answer refuses and Garbled when it is no whole answer."""
    if len(answer) < _HEAD.size:
        raise Garbled("short")
    magic, kind, index, width, height, *lengths = _HEAD.unpack_from(answer)
    if magic != _MAGIC or kind not in (_REBUILT, _REFUSED) or len(answer) != _HEAD.size + sum(lengths):
        raise Garbled("shape")
    if kind == _REFUSED:
        if index >= len(REFUSALS):
            raise Garbled("code")
        raise Refused(REFUSALS[index])
    if index >= len(FORMATS) or not (width and height):
        raise Garbled("format")
    files, start = [], _HEAD.size
    for length in lengths:
        files.append(answer[start : start + length])
        start += length
    photo, rendition, thumbnail, preview = files
    return Rebuilt(photo, rendition, thumbnail, preview, width, height, FORMATS[index])


def pack_frame(frame: Sequence[float] | None) -> bytes:
    """The answer to where the picture of a print lies: eight fractions, or None for no sure find."""
    return _FRAME_HEAD if frame is None else _FRAME.pack(_FRAME_HEAD, *frame)


def unpack_frame(answer: bytes) -> list[float] | None:
    """The frame in an answer, or None; raises Garbled for anything that is not a frame."""
    if answer == _FRAME_HEAD:
        return None
    if len(answer) != _FRAME.size:
        raise Garbled("short")
    magic, *frame = _FRAME.unpack(answer)
    if magic != _FRAME_HEAD or not is_frame(frame):
        raise Garbled("frame")
    return frame
