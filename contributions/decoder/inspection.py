"""The worker's look at what a child made: only the segments that we write, whatever happened to the child.

A child that a hostile file took over could answer with any bytes. Segment layout: ITU-T T.81, annex B.
"""

from contributions.decoder.answer import Rebuilt
from contributions.decoder.colour import srgb_bytes

_START, _END = b"\xff\xd8", b"\xff\xd9"
_LONGEST_TABLE = {0xDB: 65, 0xC4: 17 + 162}  # quantisation, Huffman: body bytes of one table
_FRAME, _SCAN, _JFIF, _PROFILE = 0xC0, 0xDA, 0xE0, 0xE2
_LENGTHS = {_FRAME: 15, _SCAN: 10}  # of three components
_PROFILE_HEAD = b"ICC_PROFILE\x00\x01\x01"
_JFIF_HEAD, _JFIF_LENGTH = b"JFIF\x00", 14


class NotOurs(ValueError):
    """The file holds something that a rebuild never writes."""


def inspect(rebuilt: Rebuilt) -> None:
    """Raise NotOurs unless all four files are plain JPEGs of ours and the photo has the size it claims."""
    if _size(rebuilt.photo) != (rebuilt.width, rebuilt.height):
        raise NotOurs("size")
    for file in (rebuilt.rendition, rebuilt.thumbnail, rebuilt.preview):
        _size(file)


def _size(file: bytes) -> tuple[int, int]:
    """Width and height in pixels, after a walk over every segment up to the picture data and over that data."""
    if not (file.startswith(_START) and file.endswith(_END)):
        raise NotOurs("ends")
    size, at, kind = (0, 0), 2, 0
    while kind != _SCAN:
        if len(file) < at + 4 or file[at] != 0xFF:
            raise NotOurs("segment")
        kind, length = file[at + 1], int.from_bytes(file[at + 2 : at + 4])
        body = file[at + 4 : at + 2 + length]
        if not _is_known(kind, body):
            raise NotOurs("segment")
        if kind == _FRAME:
            size = (int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
        at += 2 + length
    if not _one_scan(file, at):
        raise NotOurs("scan")
    return size


def _is_known(kind: int, body: bytes) -> bool:
    """Whether a rebuild writes such a segment."""
    if kind == _JFIF:
        return len(body) == _JFIF_LENGTH and body.startswith(_JFIF_HEAD)
    if kind == _PROFILE:
        return body == _PROFILE_HEAD + srgb_bytes()
    if kind in _LENGTHS:
        return len(body) == _LENGTHS[kind]
    return len(body) <= _LONGEST_TABLE.get(kind, -1)


def _one_scan(file: bytes, at: int) -> bool:
    """Whether nothing but entropy-coded data stands between `at` and the end marker: no second scan, no trailer."""
    while (at := file.find(b"\xff", at)) != -1:
        if file[at + 1] != 0:
            return at == len(file) - 2
        at += 2
    return False
