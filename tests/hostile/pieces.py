"""Containers by hand, from the formats' own descriptions: PNG (W3C), TIFF 6.0, RIFF, JPEG segments, ISO boxes."""

import struct
import zlib
from collections.abc import Iterable

PNG_START = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, chunks: Iterable[Chunk] = (), *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims this size and holds the given chunks."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return PNG_START + b"".join(chunk(*each) for each in ((b"IHDR", head), *chunks, (b"IEND", b"")))


def rows(width: int, height: int) -> Chunk:
    """The pixels of a black RGB picture."""
    return b"IDAT", zlib.compress(bytes(height * (1 + 3 * width)), 9)


def into_png(data: bytes, *chunks: Chunk) -> bytes:
    """A PNG with chunks after its head."""
    after_head = len(PNG_START) + 25
    return data[:after_head] + b"".join(chunk(*each) for each in chunks) + data[after_head:]


def segment(kind: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return b"\xff" + bytes([kind]) + struct.pack(">H", len(body) + 2) + body


def into_jpeg(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments after its start."""
    return data[:2] + b"".join(segments) + data[2:]


def into_riff(data: bytes, name: bytes, body: bytes) -> bytes:
    """A WebP with one more chunk at its end."""
    longer = data + name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    return longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:]


def tiff(entries: Iterable[tuple[int, int, int, int]], after: bytes = b"", *, following: int = 0) -> bytes:
    """A TIFF of one directory: tag, type, count, value or offset; `following` is where it says that the next one is."""
    lines = sorted(entries)
    body = struct.pack("<H", len(lines)) + b"".join(struct.pack("<HHII", *line) for line in lines)
    return b"II*\0\x08\0\0\0" + body + struct.pack("<I", following) + after


def box(name: bytes, body: bytes) -> bytes:
    """A box of HEIC."""
    return struct.pack(">I", len(body) + 8) + name + body
