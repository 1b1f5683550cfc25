"""Whole pictures that carry words beside their pixels, in every place that formats have for them."""

import struct
import zlib
from collections.abc import Iterator

import piexif

from tests.decoder.pictures import wide_profile
from tests.hostile import pieces
from tests.hostile.file import CANARY, KINDS, TYPES, Hostile, base, photo
from tests.pictures import encoded

WORD = CANARY.decode()


def exif() -> bytes:
    """Words in every block of EXIF, in the embedded thumbnail, too."""
    thumbnail = pieces.into_jpeg(photo("JPEG", 32, 24), pieces.segment(0xFE, CANARY))
    block: bytes = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: CANARY, piexif.ImageIFD.XPAuthor: WORD.encode("utf-16-le")},
            "Exif": {piexif.ExifIFD.UserComment: CANARY, piexif.ExifIFD.MakerNote: CANARY * 20},
            "GPS": {piexif.GPSIFD.GPSAreaInformation: CANARY},
            "1st": {piexif.ImageIFD.Software: CANARY},
            "thumbnail": thumbnail,
        }
    )
    return block


def in_every_kind() -> Iterator[Hostile]:
    """EXIF, XMP and a profile's description."""
    for kind in KINDS:
        for what, options in (
            ("EXIF", {"exif": exif()}),
            ("XMP", {"xmp": b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"}),
            ("profile", {"icc_profile": wide_profile(WORD)}),
        ):
            data = encoded(base(), kind, **options)
            yield Hostile(f"{what} in {kind}", data, "picture", content_type=TYPES[kind])
        yield Hostile(f"rest behind {kind}", photo(kind) + CANARY * 50, "picture", content_type=TYPES[kind])


def in_jpeg() -> Iterator[Hostile]:
    """Every application segment, comments, IPTC, and pictures behind the picture."""
    jpeg = photo("JPEG")
    for kind in (*range(0xE1, 0xF0), 0xFE):
        yield Hostile(f"segment {kind:X}", pieces.into_jpeg(jpeg, pieces.segment(kind, CANARY)), "picture")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(CANARY) + 5)
    iptc += b"\x1c\x02\x50" + struct.pack(">H", len(CANARY)) + CANARY
    yield Hostile("IPTC", pieces.into_jpeg(jpeg, pieces.segment(0xED, iptc)), "picture")
    yield Hostile("comment at the end", jpeg[:-2] + pieces.segment(0xFE, CANARY) + jpeg[-2:])
    yield Hostile(
        "words between scans", jpeg.replace(b"\xff\xda", pieces.segment(0xFE, CANARY) + b"\xff\xda", 1), "picture"
    )


def in_png() -> Iterator[Hostile]:
    """Every kind of text, a private chunk, and chunks behind the end."""
    png, packed = photo("PNG"), zlib.compress(CANARY)
    bodies = {
        b"tEXt": b"Author\0" + CANARY,
        b"zTXt": b"Author\0\0" + packed,
        b"iTXt": b"Author\0\0\0en\0\0" + CANARY,
        b"prVt": CANARY,
        b"sPLT": CANARY + b"\0\x08" + bytes(12),
        b"iCCP": CANARY + b"\0\0" + zlib.compress(wide_profile(WORD)),
        b"tIME": struct.pack(">HBBBBB", 1994, 8, 14, 10, 0, 0),
    }
    for name, body in bodies.items():
        yield Hostile(f"PNG {name.decode()}", pieces.into_png(png, (name, body)), "picture", content_type="image/png")
    hidden = b"iTXt", b"Author\0\1\0en\0\0" + packed
    yield Hostile("PNG iTXt, packed", pieces.into_png(png, hidden), "picture", content_type="image/png")
    yield Hostile("chunk behind the end", png + pieces.chunk(b"tEXt", b"a\0" + CANARY), "picture")


def in_others() -> Iterator[Hostile]:
    """A WebP's foreign chunk, a TIFF's text tags, a HEIC's free box."""
    yield Hostile("WebP chunk", pieces.into_riff(photo("WEBP"), b"prVt", CANARY), content_type="image/webp")
    tags = dict.fromkeys((270, 271, 305, 315, 33432, 50000), WORD)
    yield Hostile("TIFF tags", encoded(base(), "TIFF", tiffinfo=tags), "picture", content_type="image/tiff")
    yield Hostile("HEIC box", photo("HEIF") + pieces.box(b"free", CANARY), "picture", content_type="image/heic")
