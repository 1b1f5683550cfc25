"""What an annotator covered is not in a release: the pixels are gone before anything is cut or encoded."""

import io
import json
from decimal import Decimal

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageStat

from annotation.actions import Box, PersonRead, Said
from contributions.queries import Straight
from releases import covering
from tests import pictures
from tests.builders import given
from tests.cast import Casting
from tests.releases.answering import answered
from tests.releases.curators import Curators, unpacked

WORDS = (205, 304)


def captioned() -> bytes:
    """A photo of 640 by 480 with black words in the box that the test covers."""
    picture = pictures.picture("coffee", 640, 480).copy()
    ImageDraw.Draw(picture).text(WORDS, "Anna 1994", fill="black", font=ImageFont.load_default(size=32))
    return pictures.encoded(picture, "JPEG", quality=90, subsampling="4:2:0")


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
@pytest.mark.parametrize("edges", [(0, 0), (0.25, 0.25)], ids=["whole", "cut"])
def test_the_words_are_gone_from_the_released_picture_and_the_place_is_told(
    staff: Casting, edges: tuple[float, float]
) -> None:
    given(captioned()).agree()
    left, top = edges
    cover = Box(200 / 640, 300 / 480, 440 / 640, 340 / 480)
    corners = (left, top, 1, top, 1, 1, left, 1)
    answered(
        staff("annotator").user.pk,
        lambda marks: Said(
            people=[PersonRead(marks[0], 0.5, 0.4, Decimal(7))],
            corners=corners,
            covers=[cover],
        ),
    )
    curators = Curators(staff)
    files = unpacked(curators.published())
    (image,) = (json.loads(data) for path, data in files.items() if "!" in path and path.endswith(".json"))
    (jpeg,) = (data for path, data in files.items() if path.endswith(".jpg"))
    released = Image.open(io.BytesIO(jpeg)).convert("RGB")
    ((x, y, width, height),) = image["covered"]
    assert (x + int(left * 640), y + int(top * 480), width, height) == (192, 288, 256, 64)
    covered = ImageStat.Stat(released.crop((x, y, x + width, y + height)))
    assert all(high - low < 16 for low, high in covered.extrema)
    beside = ImageStat.Stat(released.crop((x, y - 80, x + width, y - 16)))
    assert max(beside.stddev) > 16


def test_a_cover_takes_the_colour_around_it_and_a_whole_picture_turns_grey() -> None:
    picture = Image.new("RGB", (64, 64), "red")
    picture.paste("blue", (16, 16, 48, 48))
    whole = Image.new("RGB", (64, 64), "red")
    assert covering.paint(picture, [Box(0.25, 0.25, 0.74, 0.74)]) == [(16, 16, 48, 48)]
    assert covering.paint(whole, [Box(0, 0, 1, 1)]) == [(0, 0, 64, 64)]
    assert picture.getcolors() == [(4096, (255, 0, 0))]
    assert whole.getcolors() == [(4096, (128, 128, 128))]


@pytest.mark.parametrize("x", [16, 16.4, 15.6])
def test_what_of_a_cover_lies_outside_of_an_upright_cut_is_not_told(x: float) -> None:
    straight = Straight((x / 128, 0.0625, 0.5, 0.0625, 0.5, 0.5, x / 128, 0.5), (128, 128))
    assert list(covering.told([(0, 0, 32, 32), (64, 64, 80, 80)], straight)) == [[0, 0, 16, 24]]


def test_all_of_a_cover_is_told_where_the_cut_is_tilted() -> None:
    straight = Straight((0.5, 0, 1, 0.5, 0.5, 1, 0, 0.5), (128, 128))
    ((x, y, width, height),) = covering.told([(48, 48, 80, 80)], straight)
    # A square on its corner, 45 pixels from corner to corner.
    assert straight.size == (91, 91)
    assert (x, y, width, height) == (22, 22, 47, 47)
