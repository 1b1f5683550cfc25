"""What a received picture becomes: new files from its pixels, upright, in our colours, in four sizes."""

import numpy as np
import pytest
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from contributions.decoder.client import rebuild
from contributions.decoder.colour import srgb_bytes
from tests.decoder import pictures
from tests.pictures import encoded

LOSSLESS: dict[str, dict[str, object]] = {
    "PNG": {},
    "TIFF": {},
    "HEIF": {"quality": -1},
    "WEBP": {"lossless": True},
}


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of channels, 0-255."""
    first, second = (np.asarray(picture.convert("RGB"), dtype=float) for picture in (one, other))
    return float(np.abs(first - second).mean())


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference in colour, CIEDE2000, between sRGB values 0-1."""
    return float(deltaE_ciede2000(rgb2lab(one), rgb2lab(other)).max())  # type: ignore[no-untyped-call]


@pytest.mark.requirement("C1", "F7")
@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png", "rocket.jpg"])
def test_a_photograph_of_each_format_is_rebuilt(kind: str, name: str) -> None:
    photo = pictures.photograph(name)
    rebuilt = rebuild(encoded(photo, kind, quality=95))
    assert (rebuilt.format, rebuilt.width, rebuilt.height) == (kind, *photo.size)
    assert likeness(pictures.opened(rebuilt.photo), photo) < 6


@pytest.mark.requirement("F7")
def test_the_four_sizes_keep_the_shape_and_never_enlarge() -> None:
    rebuilt = rebuild(encoded(pictures.photograph().resize((3000, 1500)), "JPEG"))
    files = (rebuilt.photo, rebuilt.rendition, rebuilt.preview, rebuilt.thumbnail)
    assert [pictures.opened(file).size for file in files] == [(3000, 1500), (2048, 1024), (1024, 512), (400, 200)]
    small = rebuild(encoded(pictures.photograph().resize((50, 30)), "PNG"))
    assert pictures.opened(small.rendition).size == pictures.opened(small.thumbnail).size == (50, 30)


@pytest.mark.requirement("F7")
def test_the_photo_keeps_its_colour_at_full_resolution() -> None:
    photo = pictures.opened(rebuild(encoded(pictures.photograph(), "PNG")).photo)
    assert [layer[1:3] for layer in photo.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]


@pytest.mark.requirement("D1")
def test_the_same_file_gives_the_same_bytes() -> None:
    data = encoded(pictures.photograph("coffee.png"), "JPEG")
    assert rebuild(data).photo == rebuild(data).photo


@pytest.mark.requirement("F5")
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", pictures.KINDS)
def test_a_turned_picture_stands_upright(kind: str, orientation: int) -> None:
    upright = pictures.four_corners()
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(back[orientation])) if orientation in back else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    rebuilt = rebuild(encoded(stored, kind, exif=exif.tobytes(), quality=95))
    for file in (rebuilt.photo, rebuilt.thumbnail):
        assert pictures.opened(file).size == upright.size
        assert pictures.corners(pictures.opened(file)) == ["red", "green", "blue", "white"]


@pytest.mark.requirement("F5")
@pytest.mark.parametrize("kind", pictures.KINDS)
def test_wide_gamut_colours_look_the_same_in_srgb(kind: str) -> None:
    grid = pictures.patches()
    received = pictures.drawn(pictures.in_wide_gamut(grid))
    options = LOSSLESS.get(kind, {"quality": 98, "subsampling": 0})
    rebuilt = rebuild(encoded(received, kind, icc_profile=pictures.wide_profile(), **options))
    pixels = np.asarray(pictures.opened(rebuilt.photo))[16::32, 16::32] / 255
    assert distance(grid, pixels) < 2
    # Without a conversion the colours would have shifted: the test can fail.
    assert distance(grid, pictures.in_wide_gamut(grid)) > 4


@pytest.mark.requirement("F5")
@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "RGBA", "LA", "1", "I;16", "I", "F"])
def test_every_way_to_store_pixels_ends_as_rgb_with_our_profile(mode: str) -> None:
    grey = pictures.photograph("coffee.png").convert("L").resize((120, 80))
    if mode == "I;16":
        received = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    elif mode == "I":
        received = Image.fromarray(np.asarray(grey).astype(np.int32) * 257)
    elif mode == "F":
        received = Image.fromarray(np.asarray(grey).astype(np.float32) / 255)
    else:
        received = grey.convert("RGB").convert(mode)
    photo = pictures.opened(rebuild(encoded(received, "TIFF")).photo)
    assert photo.mode == "RGB"
    assert photo.info["icc_profile"] == srgb_bytes()
    # Few colours are dots from near; from afar they are the picture.
    assert likeness(*(picture.resize((12, 8), Image.Resampling.BOX) for picture in (photo, grey))) < 8


@pytest.mark.requirement("F3")
def test_transparency_is_laid_on_white() -> None:
    clear = Image.new("RGBA", (64, 64), (200, 0, 0, 0))
    clear.paste((0, 0, 200, 255), (0, 0, 32, 64))
    for kind in ("PNG", "WEBP", "TIFF"):
        photo = pictures.opened(rebuild(encoded(clear, kind)).photo)
        assert pictures.corners(photo) == ["blue", "white", "blue", "white"]


@pytest.mark.requirement("F3")
def test_only_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "white")]
    for kind in ("TIFF", "WEBP", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert set(pictures.corners(pictures.opened(rebuild(data).photo))) == {"red"}


@pytest.mark.requirement("F3")
def test_a_second_picture_inside_a_phones_jpeg_is_left_behind() -> None:
    red, blue = Image.new("RGB", (64, 64), "red"), Image.new("RGB", (64, 64), "blue")
    rebuilt = rebuild(encoded(red, "MPO", save_all=True, append_images=[blue]))
    assert rebuilt.format == "JPEG"
    assert set(pictures.corners(pictures.opened(rebuilt.photo))) == {"red"}
    assert rebuilt.photo.count(b"\xff\xd8\xff") == 1
