"""Nothing of what a file says beside its pixels comes out again."""

import struct
import zlib

import piexif
import pytest
from PIL import Image, PngImagePlugin

from contributions.decoder.client import rebuild
from contributions.decoder.colour import srgb_bytes
from tests.decoder import pictures
from tests.pictures import encoded

CANARIES = [f"canary-{number:02d}-zebra" for number in range(17)]


def exif_with(words: list[str]) -> bytes:
    """Names, places and times in every block of EXIF, in the embedded thumbnail too."""
    thumbnail = encoded(Image.new("RGB", (32, 32), "blue"), "JPEG", comment=words[5].encode())
    data = [word.encode() for word in words]
    block: bytes = piexif.dump(
        {
            "0th": {
                piexif.ImageIFD.Make: data[0],
                piexif.ImageIFD.Artist: data[1],
                piexif.ImageIFD.ImageDescription: data[2],
            },
            "Exif": {piexif.ExifIFD.UserComment: data[3], piexif.ExifIFD.MakerNote: data[4]},
            "GPS": {
                piexif.GPSIFD.GPSLatitudeRef: b"N",
                piexif.GPSIFD.GPSLatitude: ((52, 1), (4, 1), (1234, 100)),
                piexif.GPSIFD.GPSAreaInformation: data[6],
            },
            "1st": {piexif.ImageIFD.Software: data[7]},
            "thumbnail": thumbnail,
        }
    )
    return block


def jpeg() -> bytes:
    """All 17 words: EXIF, XMP, IPTC, comment, profile, a private segment, and after the end."""
    options: dict[str, object] = {
        "exif": exif_with(CANARIES),
        "xmp": f"<x:xmpmeta>{CANARIES[8]}</x:xmpmeta>".encode(),
        "comment": CANARIES[9].encode(),
        "icc_profile": pictures.wide_profile(CANARIES[10]),
    }
    data = encoded(pictures.photograph("coffee.png"), "JPEG", **options)
    private = b"".join(
        b"\xff" + bytes([kind]) + struct.pack(">H", len(word) + 2) + word.encode()
        for kind, word in ((0xED, "Photoshop 3.0\0" + CANARIES[11]), (0xEB, CANARIES[12]), (0xEF, CANARIES[13]))
    )
    return data[:2] + private + data[2:] + "".join(CANARIES[14:]).encode()


def png() -> bytes:
    """Words in plain and compressed text, EXIF, profile, a private chunk, and after the end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARIES[8])
    info.add_text("Comment", CANARIES[9], zip=True)
    info.add_itxt("XML:com.adobe.xmp", CANARIES[10])
    info.add(b"prVt", CANARIES[11].encode())
    options: dict[str, object] = {"exif": exif_with(CANARIES), "icc_profile": pictures.wide_profile(CANARIES[12])}
    return encoded(pictures.photograph("coffee.png"), "PNG", pnginfo=info, **options) + CANARIES[13].encode()


def other(kind: str) -> bytes:
    """Words in EXIF, XMP and profile."""
    options: dict[str, object] = {"xmp": CANARIES[8].encode(), "icc_profile": pictures.wide_profile(CANARIES[9])}
    return encoded(pictures.photograph("coffee.png"), kind, exif=exif_with(CANARIES), **options)


@pytest.mark.requirement("F5", "F3")
@pytest.mark.parametrize("kind", pictures.KINDS)
def test_no_word_of_the_metadata_is_in_any_output(kind: str) -> None:
    received = {"JPEG": jpeg, "PNG": png}.get(kind, lambda: other(kind))()
    assert sum(word.encode() in received for word in CANARIES) >= (17 if kind == "JPEG" else 7)
    rebuilt = rebuild(received)
    for file in (rebuilt.photo, rebuilt.rendition, rebuilt.thumbnail, rebuilt.preview):
        assert not [word for word in CANARIES if word.encode() in file]
        assert b"Exif" not in file
        assert opened_info(file) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "icc_profile", "dpi"}
        assert pictures.opened(file).info["icc_profile"] == srgb_bytes()


def opened_info(file: bytes) -> set[str]:
    """Names of what Pillow finds beside the pixels."""
    return {str(name) for name in pictures.opened(file).info}


@pytest.mark.requirement("F3")
def test_a_polyglot_loses_its_other_half() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        received = encoded(pictures.photograph("coffee.png"), kind) + b"PK\x03\x04<script>hidden</script>"
        rebuilt = rebuild(received)
        assert b"hidden" in received
        assert b"hidden" not in rebuilt.photo + rebuilt.rendition + rebuilt.thumbnail + rebuilt.preview


@pytest.mark.requirement("F3")
def test_unreadable_metadata_costs_nothing_but_itself() -> None:
    photo = pictures.photograph("coffee.png")
    for junk in (
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0" + zlib.compress(bytes(4000)),
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
    ):
        assert rebuild(encoded(photo, "JPEG", exif=junk)).width == photo.width
    assert rebuild(encoded(photo, "JPEG", icc_profile=b"no profile at all")).width == photo.width
