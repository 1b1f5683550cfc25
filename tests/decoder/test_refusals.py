"""What cannot be rebuilt is refused with one plain word, whatever it does to the decoder."""

import random
import struct
import zlib

import pytest
from PIL import Image

from contributions.decoder.answer import REFUSALS
from contributions.decoder.client import Refused, rebuild
from tests.decoder import pictures
from tests.pictures import encoded


def refusal(data: bytes) -> str:
    """The code with which `data` is refused; empty when it is not."""
    try:
        rebuild(data)
    except Refused as refused:
        return refused.code
    return ""


def png_of(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that claims a size and holds the given chunks."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (head, *chunks, (b"IEND", b""))
    )


@pytest.mark.requirement("F1", "F3")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"hello",
        b"%PDF-1.7\n",
        b"MZ" + bytes(500),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refusal(data) == "not_a_picture"


@pytest.mark.requirement("F3")
@pytest.mark.parametrize("kind", ["GIF", "BMP", "PPM", "ICO", "TGA", "EPS", "PDF", "JPEG2000"])
def test_a_picture_of_another_format_is_refused(kind: str) -> None:
    assert refusal(encoded(pictures.four_corners(), kind)) == "not_a_picture"


@pytest.mark.requirement("F1")
@pytest.mark.parametrize("kind", pictures.KINDS)
def test_a_file_that_ends_early_is_refused(kind: str) -> None:
    whole = encoded(pictures.photograph("coffee.png"), kind)
    assert refusal(whole[: len(whole) * 2 // 3]) in {"truncated", "not_a_picture"}


def test_a_photo_that_ends_early_is_called_truncated() -> None:
    whole = encoded(pictures.photograph("coffee.png"), "JPEG")
    assert refusal(whole[:-2000]) == "truncated"


@pytest.mark.requirement("F2", "C10")
def test_a_claim_of_too_many_pixels_is_refused_before_a_pixel_is_made() -> None:
    assert refusal(png_of(60_000, 60_000, (b"IDAT", zlib.compress(bytes(100))))) == "too_many_pixels"
    assert refusal(png_of(7746, 7746, (b"IDAT", zlib.compress(bytes(100))))) == "too_many_pixels"
    assert refusal(png_of(7745, 7745, (b"IDAT", zlib.compress(bytes(100))))) == "truncated"


@pytest.mark.requirement("F1", "F2")
def test_chunks_that_blow_up_are_refused_or_survived() -> None:
    bomb = (b"iCCP", b"p\0\0" + zlib.compress(bytes(64_000_000), 9))
    text = (b"zTXt", b"t\0\0" + zlib.compress(bytes(64_000_000), 9))
    pixels = (b"IDAT", zlib.compress(bytes(64 * (1 + 64 * 3))))
    for chunks in ((bomb, pixels), (text, pixels), (*[(b"tEXt", b"k\0v")] * 20_000, pixels)):
        assert refusal(png_of(64, 64, *chunks)) in {"", *REFUSALS}


@pytest.mark.requirement("F1")
def test_altered_files_end_in_a_picture_or_a_refusal() -> None:
    chance = random.Random(11)  # noqa: S311 - the same files each time
    wholes = [encoded(pictures.photograph("coffee.png").resize((150, 100)), kind) for kind in pictures.KINDS]
    for number in range(120):
        data = bytearray(wholes[number % len(wholes)])
        for _ in range(chance.choice([1, 4, 40])):
            data[chance.randrange(min(len(data), 4000))] = chance.randrange(256)
        assert refusal(bytes(data)) in {"", "not_a_picture", "truncated", "too_many_pixels", "too_expensive"}
    assert rebuild(wholes[0]).width == 150


@pytest.mark.requirement("F2")
@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_sixty_megapixels_are_within_the_limits(kind: str) -> None:
    large = pictures.photograph().resize((8900, 6700), Image.Resampling.NEAREST)
    rebuilt = rebuild(encoded(large, kind, quality=80, **({"method": 0} if kind == "WEBP" else {})))
    assert (rebuilt.width, rebuilt.height) == large.size
