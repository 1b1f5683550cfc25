"""Raw pixels of a rendition: of the shape asked for, laid straight, near enough for other programs' hashes."""

import errno
import json
import struct

import numpy as np
import pytest
from PIL import Image

from contributions.decoder import client, orders
from contributions.decoder.answer import Garbled, Refused
from contributions.decoder.pixels import pack_order, pack_pixels, unpack_order, unpack_pixels
from contributions.frames import WHOLE
from contributions.looks import Look, Pixels
from tests.decoder import pictures, prints
from tests.decoder.test_confinement import inside  # noqa: F401 - a fixture
from tests.pictures import encoded

HEAD = struct.Struct("!4sHH")


def looked(data: bytes, *looks: Look) -> list[Image.Image]:
    """What the confined child sees of a JPEG."""
    return [image(pixels) for pixels in client.look(data, looks)]


def image(pixels: Pixels) -> Image.Image:
    """Pixels as a picture."""
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)


def apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of channels, 0-255."""
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """How well the one's values tell the other's: 1 for the same picture in another light."""
    return float(np.corrcoef(np.asarray(one).ravel(), np.asarray(other).ravel())[0, 1])


@pytest.mark.requirement("S2")
def test_a_squash_has_the_size_asked_for_and_each_pixel_counts_the_same() -> None:
    data = encoded(pictures.photograph("coffee.png"), "JPEG", quality=90)
    squashed, tiny, large = looked(data, Look(512, 512), Look(1, 1), Look(2048, 1))
    expected = pictures.opened(data).resize((512, 512), Image.Resampling.BOX)
    assert apart(squashed, expected) == 0
    assert (tiny.size, large.size) == ((1, 1), (2048, 1))


def test_what_fits_keeps_its_shape_and_is_never_enlarged() -> None:
    data = encoded(pictures.photograph("rocket.jpg").resize((640, 427)), "JPEG")
    wide, tall, small = looked(data, Look(320, 320, True), Look(640, 100, True), Look(2048, 2048, True))
    assert (wide.size, tall.size, small.size) == ((320, 214), (150, 100), (640, 427))


def test_an_upright_frame_is_cut_out_to_the_pixel() -> None:
    data = encoded(pictures.four_corners(), "JPEG", quality=95, subsampling=0)
    quarter = [0.5, 0.0, 1.0, 0.0, 1.0, 0.5, 0.5, 0.5]
    cut, all_of_it = looked(data, Look(100, 100, True, quarter), Look(96, 64, frame=WHOLE))
    assert cut.size == (48, 32)
    assert apart(cut, pictures.opened(data).crop((48, 0, 96, 32))) == 0
    assert apart(all_of_it, pictures.opened(data)) == 0


@pytest.mark.parametrize("case", ["tilted on scanner", "by phone"])
def test_a_framed_look_lays_an_askew_print_straight(case: str) -> None:
    source = prints.source("astronaut.png")
    made, truth = prints.CASES[case](source, 1)
    straight, whole = looked(encoded(made, "JPEG", quality=90), Look(128, 128, frame=truth), Look(128, 128))
    expected = source.resize((128, 128), Image.Resampling.BOX)
    # The light on the print is not even, so what is compared is where it is brighter and darker.
    assert likeness(straight, expected) > 0.95
    assert likeness(whole, expected) < 0.8


def test_only_looks_that_can_be_answered_are_sent() -> None:
    for looks in (
        [],
        [Look(8, 8)] * 17,
        [Look(0, 8)],
        [Look(8, 2049)],
        [Look(8, 8, frame=[0.0] * 8)],
    ):
        with pytest.raises(ValueError, match=r"Look|\[\]"):
            pack_order(looks, b"")


@pytest.mark.requirement("F1")
def test_an_order_is_read_as_it_was_written_and_anything_else_is_garbled() -> None:
    looks = [Look(512, 512), Look(640, 480, True), Look(8, 9, False, list(WHOLE))]
    order = b"".join(pack_order(looks, b"a file"))
    found, file = unpack_order(order)
    assert (found, bytes(file)) == (looks, b"a file")
    for bad in (b"", order[:4], order[:40], b"XXXX" + order[4:], order[:5] + bytes(400)):
        with pytest.raises(Garbled):
            unpack_order(bad)


@pytest.mark.requirement("F1")
def test_an_answer_of_another_shape_is_garbled() -> None:
    looks = [Look(2, 3), Look(4, 4, fits=True)]

    def answer(*sizes: tuple[int, int]) -> bytes:
        return b"".join(b"".join(pack_pixels(Pixels(w, h, bytes(3 * w * h)))) for w, h in sizes)

    right = answer((2, 3), (4, 1))
    assert [(each.width, each.height, len(each.rgb)) for each in unpack_pixels(right, looks)] == [
        (2, 3, 18),
        (4, 1, 12),
    ]
    for bad in (
        b"",
        right[:-1],
        right + b"x",
        b"XXXX" + right[4:],
        answer((2, 3)),
        answer((3, 2), (4, 1)),
        answer((2, 3), (5, 1)),
        answer((2, 3), (4, 0)),
        HEAD.pack(b"MPML", 2, 3) + bytes(17) + HEAD.pack(b"MPML", 4, 1) + bytes(12),
    ):
        with pytest.raises(Garbled):
            unpack_pixels(bad, looks)


def refused(data: bytes) -> bool:
    """Whether the child that was to look at it said nothing whole."""
    try:
        looked(data, Look(8, 8))
    except Refused:
        return True
    return False


@pytest.mark.requirement("F1", "F2")
def test_what_is_no_rendition_of_ours_is_refused_and_the_next_one_goes_on() -> None:
    picture = pictures.photograph("coffee.png")
    data = encoded(picture, "JPEG")
    large = encoded(Image.new("RGB", (4200, 4200)), "JPEG")
    assert [refused(each) for each in (b"", data[:-2000], encoded(picture, "PNG"), large)] == [True] * 4
    assert not refused(data)


@pytest.mark.requirement("F4")
def test_the_child_that_looks_is_as_confined(inside: client.Zygote) -> None:  # noqa: F811
    found = json.loads(inside.ask(b"calls", orders.LOOK))
    assert set(found.values()) == {str(errno.EPERM), str(errno.ENOSYS)}
