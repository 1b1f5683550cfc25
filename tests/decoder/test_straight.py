"""One way for all who cut a print's border off: where each pixel comes from, and where each place goes."""

import pytest
from PIL import Image, ImageDraw

from contributions.decoder.quads import led
from contributions.decoder.straight import Straight
from contributions.frames import WHOLE

TILTED = (0.2, 0.1, 0.9, 0.2, 0.8, 0.9, 0.1, 0.7)
UPRIGHT = (0.25, 0.5, 1.0, 0.5, 1.0, 1.0, 0.25, 1.0)


@pytest.mark.parametrize("frame", [TILTED, UPRIGHT, WHOLE], ids=["tilted", "upright", "whole"])
def test_the_corners_of_a_frame_are_the_corners_of_its_rectangle_and_back(frame: tuple[float, ...]) -> None:
    straight = Straight(frame, (400, 200))
    width, height = straight.size
    for x, y, corner in zip(frame[::2], frame[1::2], [(0, 0), (width, 0), (width, height), (0, height)], strict=True):
        assert straight.place(x, y) == pytest.approx(corner, abs=1e-6)
        assert led(straight.factors, corner) == pytest.approx((x * 400, y * 200), abs=1e-6)


def test_an_upright_frame_is_its_pixels_and_a_tilted_one_has_its_longer_sides() -> None:
    assert Straight(UPRIGHT, (400, 200)).upright == (100, 100, 400, 200)
    assert Straight(UPRIGHT, (400, 200)).size == (300, 100)
    # 0.7 of 400 wide and 0.1 of 200 high: √(280² + 20²); beside it √(40² + 140²).
    assert Straight((0.2, 0.1, 0.9, 0.2, 0.8, 0.9, 0.1, 0.8), (400, 200)).size == (281, 146)
    assert Straight(TILTED, (400, 200)).upright is None


def test_a_frame_of_a_long_picture_gives_no_more_pixels_than_the_picture_has() -> None:
    straight = Straight((0, 0, 1, 0, 1, 1, 0.9, 1), (30_000, 2_000))
    assert straight.size[0] * straight.size[1] <= 30_000 * 2_000
    assert straight.place(1, 1) == pytest.approx(straight.size, abs=1e-6)


def test_a_frame_whose_sides_meet_at_the_pictures_own_corner_is_laid_straight() -> None:
    # Both sides lead to the picture's top left corner: its horizon.
    straight = Straight((0.5, 0.25, 1, 0.5, 0.5, 1, 0.25, 0.5), (400, 400))
    assert straight.place(0.5, 1) == pytest.approx(straight.size, abs=1e-6)
    assert max(map(abs, straight.place(0, 0))) > 1e6


def test_what_is_drawn_at_a_place_is_seen_where_the_place_goes() -> None:
    picture = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(picture).ellipse((230, 90, 250, 110), "black")
    straight = Straight(TILTED, picture.size)
    seen = picture.transform(straight.size, Image.Transform.PERSPECTIVE, straight.factors, Image.Resampling.BICUBIC)
    grey = seen.convert("L").tobytes()
    dark = [(at % seen.width, at // seen.width) for at, value in enumerate(grey) if value < 60]
    middle = [sum(values) / len(dark) + 0.5 for values in zip(*dark, strict=True)]
    assert straight.place(240.5 / 400, 100.5 / 200) == pytest.approx(middle, abs=0.5)


def test_a_box_is_cut_to_the_frame_before_it_is_led_anywhere() -> None:
    """Beyond the horizon of a steep frame a corner would come out on the other side."""
    steep = (0.45, 0.5, 0.55, 0.5, 1.0, 1.0, 0.0, 1.0)
    straight = Straight(steep, (1000, 1000))
    left, top, right, bottom = straight.around(0.4, 0.2, 0.6, 0.7) or (0, 0, 0, 0)
    assert (left, top, right) == pytest.approx((0, 0, straight.size[0]))
    assert 0 < bottom < straight.size[1]
    assert straight.around(0.0, 0.0, 0.1, 0.1) is None
    assert Straight(UPRIGHT, (400, 200)).around(0.0, 0.0, 0.5, 0.75) == (0, 0, 100, 50)


def test_four_corners_on_one_line_are_no_frame() -> None:
    with pytest.raises(ValueError, match=r"0\.1"):
        Straight((0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4), (400, 200))
