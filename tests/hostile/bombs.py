"""Small files that want to become large, or that are long, or deep."""

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.hostile import pieces
from tests.hostile.file import CANARY, Hostile, photo
from tests.pictures import encoded

MANY_CHUNKS = 200_000


def dimensions() -> Iterator[Hostile]:
    """Sizes that no picture has."""
    little = (b"IDAT", zlib.compress(bytes(100)))
    for width, height in ((60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (7746, 7746), (0, 0), (0, 5), (5, 0)):
        yield Hostile(f"PNG of {width} x {height}", pieces.png(width, height, [little]), "refused")
    for width, height in ((65_535, 65_535), (65_500, 1), (0, 0), (1, 0)):
        data = bytearray(photo("JPEG"))
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", height, width)
        yield Hostile(f"JPEG of {width} x {height}", bytes(data))
    for width, height in ((100_000, 100_000), (2**32 - 1, 2**32 - 1), (0, 9)):
        entries = [
            (256, 4, 1, width),
            (257, 4, 1, height),
            (258, 3, 1, 8),
            (262, 3, 1, 1),
            (273, 4, 1, 8),
            (279, 4, 1, 9),
        ]
        yield Hostile(f"TIFF of {width} x {height}", pieces.tiff(entries), "refused")
    wide = encoded(Image.new("RGB", (16_000, 1), "red"), "PNG")
    yield Hostile("one line", wide, "picture")
    yield Hostile("one column", encoded(Image.new("RGB", (1, 16_000), "red"), "PNG"), "picture")
    yield Hostile("one pixel", encoded(Image.new("RGB", (1, 1), "red"), "PNG"), "picture")


def swelling() -> Iterator[Hostile]:
    """Compressed chunks that are nearly all air."""
    air = zlib.compress(bytes(32_000_000), 9)
    pixels = pieces.rows(64, 64)
    for name, body in ((b"iCCP", b"p\0\0" + air), (b"zTXt", b"t\0\0" + air), (b"iTXt", b"t\0\1\0\0\0" + air)):
        yield Hostile(f"{name.decode()} of air", pieces.png(64, 64, [(name, body), pixels]))
    yield Hostile("more pixels than claimed", pieces.png(8, 8, [(b"IDAT", air)]))
    yield Hostile("no pixels", pieces.png(64, 64), "refused")
    yield Hostile("rest of air", photo("PNG") + bytes(8_000_000) + CANARY, "picture")
    yield Hostile("largest of one colour", encoded(Image.new("1", (7700, 7700)), "PNG"))


def many() -> Iterator[Hostile]:
    """No end of small things."""
    pixels = pieces.rows(64, 64)
    for name in (b"tEXt", b"prVt"):
        chunks = [(name, b"k\0" + CANARY[:4])] * MANY_CHUNKS
        yield Hostile(f"{MANY_CHUNKS} chunks {name.decode()}", pieces.png(64, 64, [*chunks, pixels]))
    scattered = [(b"IDAT", pixels[1][at : at + 1]) for at in range(len(pixels[1]))]
    yield Hostile("pixels byte by byte", pieces.png(64, 64, scattered), "picture")
    comments = pieces.segment(0xFE, CANARY) * 60_000
    yield Hostile("60000 comments", pieces.into_jpeg(photo("JPEG"), comments), "picture")
    yield Hostile(
        "16 MB of segments", pieces.into_jpeg(photo("JPEG"), pieces.segment(0xEB, bytes(65_000)) * 250), "picture"
    )
    entries = [(40_000 + number, 4, 1, number) for number in range(20_000)]
    yield Hostile("20000 tags", pieces.tiff(entries), "refused")


def deep() -> Iterator[Hostile]:
    """Things inside of things, and rings."""
    boxes = b""
    for _ in range(4000):
        boxes = pieces.box(b"meta", bytes(4) + boxes)
    heif = photo("HEIF")
    head = heif[: int.from_bytes(heif[:4])]
    yield Hostile("boxes in boxes", head + boxes, "refused")
    yield Hostile("box longer than the file", head + struct.pack(">I", 2**31) + b"meta", "refused")
    yield Hostile("box of no length", head + struct.pack(">I4s", 0, b"meta"), "refused")
    entries = [(256, 4, 1, 9), (257, 4, 1, 9), (0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (330, 4, 1, 8)]
    yield Hostile("directories in a ring", pieces.tiff(entries, following=8), "refused")
    yield Hostile("a directory beyond the end", b"II*\0\xff\xff\xff\x7f", "refused")
    ring = b"Exif\0\0" + pieces.tiff([(0x8769, 4, 1, 8)], following=8)
    yield Hostile("EXIF in a ring", pieces.into_jpeg(photo("JPEG"), pieces.segment(0xE1, ring)), "picture")
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + b"<x>" * 9000 + CANARY
    yield Hostile("XMP without an end", pieces.into_jpeg(photo("JPEG"), pieces.segment(0xE1, xmp)), "picture")
    entities = b'<!DOCTYPE x [<!ENTITY a "%s">%s]><x>&z;</x>' % (CANARY, b'<!ENTITY z "&a;&a;&a;&a;">')
    yield Hostile(
        "XMP with entities",
        pieces.into_png(photo("PNG"), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + entities)),
        "picture",
    )
