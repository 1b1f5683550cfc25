"""The frame of a print: found where it is, never where there is none, and only inside the confined child."""

import errno
import json
from statistics import mean

import pytest

from contributions.decoder import client, orders
from contributions.decoder.answer import Garbled, Refused, pack_frame, unpack_frame
from contributions.decoder.border import found_in
from contributions.frames import WHOLE, is_frame
from tests.decoder import prints
from tests.decoder.test_confinement import inside  # noqa: F401 - a fixture
from tests.pictures import encoded

SOME = prints.NAMES[:4]


def overlaps(case: str, names: tuple[str, ...]) -> list[float]:
    """How well the frame fits, for a print of each photograph."""
    made = [prints.CASES[case](prints.source(name), seed) for seed, name in enumerate(names)]
    return [prints.overlap(found_in(picture), truth) for picture, truth in made]


@pytest.mark.parametrize("case", prints.STRAIGHT)
def test_a_straight_border_is_found(case: str) -> None:
    found = overlaps(case, SOME)
    assert sum(value >= 0.95 for value in found) >= len(SOME) - 1
    assert mean(found) > 0.94


@pytest.mark.parametrize("case", ["tilted on scanner", "album page"])
def test_a_print_that_lies_askew_is_found(case: str) -> None:
    assert mean(overlaps(case, SOME)) > 0.93


def test_a_photo_without_a_border_has_no_frame() -> None:
    assert [found_in(prints.bare(prints.source(name), 3)[0]) for name in prints.NAMES] == [None] * len(prints.NAMES)


def test_one_colour_alone_and_a_tiny_picture_have_no_frame() -> None:
    for size in ((640, 480), (63, 900), (1, 1)):
        assert found_in(prints.source("coffee.png").resize((1, 1)).resize(size)) is None


def test_the_confined_child_finds_the_same_frame() -> None:
    picture, truth = prints.CASES["white"](prints.source("astronaut.png"), 0)
    found = client.find_frame(encoded(picture, "JPEG", quality=85))
    assert found is not None
    assert prints.overlap(found, truth) > 0.97


def test_what_is_no_picture_of_ours_has_no_frame_and_the_next_one_goes_on() -> None:
    picture, _truth = prints.CASES["white"](prints.source("astronaut.png"), 0)
    assert client.find_frame(b"") is None
    assert client.find_frame(encoded(picture, "PNG")) is None
    assert client.find_frame(encoded(picture, "JPEG")) is not None


@pytest.mark.requirement("F4")
def test_the_child_that_looks_for_a_frame_is_as_confined(inside: client.Zygote) -> None:  # noqa: F811
    found = json.loads(inside.ask(b"calls", orders.FRAME))
    assert set(found.values()) == {str(errno.EPERM), str(errno.ENOSYS)}


@pytest.mark.requirement("F2")
def test_the_child_that_looks_for_ever_ends_at_the_limit(inside: client.Zygote) -> None:  # noqa: F811
    with pytest.raises(Refused, match="too_expensive"):
        inside.ask(b"burn", orders.FRAME)


@pytest.mark.requirement("F1")
def test_only_a_frame_is_believed() -> None:
    frame = [0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9]
    assert unpack_frame(pack_frame(frame)) == frame
    assert unpack_frame(pack_frame(None)) is None
    outside, crossed = [-0.1, *frame[1:]], [*frame[2:4], *frame[:2], *frame[4:]]
    for bad in (b"", b"MPM1", pack_frame(frame)[:-1], pack_frame(outside), pack_frame(crossed), b"x" * 68):
        with pytest.raises(Garbled):
            unpack_frame(bad)


def test_a_frame_is_convex_inside_and_not_tiny() -> None:
    assert is_frame(WHOLE)
    assert is_frame([0.2, 0.1, 0.8, 0.15, 0.9, 0.9, 0.1, 0.8])
    assert not is_frame([0.1, 0.1, 0.9, 0.1, 0.3, 0.3, 0.1, 0.9])  # a dent
    assert not is_frame([0.4, 0.4, 0.6, 0.4, 0.6, 0.6, 0.4, 0.6])  # a twenty-fifth
    assert not is_frame([0.1, 0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1])  # the other way around
    assert not is_frame([0, 0, 1, 0, 1, 1, 0.48, 0.5])  # a corner that is hardly one
    assert not is_frame([0, 0, 1, 0, 1, 1, 0.01, 0.01])  # a side that is hardly one
    assert not is_frame([0, 0, 1, 0, 1, float("nan"), 0, 1])
    assert not is_frame([0, 0, 1, 0, 1, 1])
