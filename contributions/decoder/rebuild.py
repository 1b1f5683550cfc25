"""From received bytes to new pictures. Runs inside a confined child; every refusal is one plain word."""

import contextlib
import warnings
from collections.abc import Iterator
from io import BytesIO

import pillow_heif
from PIL import Image, ImageFile, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from contributions.decoder.answer import FORMATS, Rebuilt, Refused
from contributions.decoder.colour import srgb_bytes, to_srgb

RENDITION, PREVIEW, THUMBNAIL = 2048, 1024, 400
_FULL_QUALITY, _SMALL_QUALITY = 92, 85
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A phone's JPEG with a second picture behind it (depth, gain map) is read as MPO; its first picture is a JPEG.
_READ_AS = {"MPO": "JPEG"}
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)


def warm() -> None:
    """Load everything a rebuild will need, before it may open no file any more."""
    Image.preinit()
    pillow_heif.register_heif_opener()
    for name in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):
        setattr(pillow_heif.options, name, False)
    pillow_heif.options.DECODE_THREADS = 1
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    picture = Image.new("RGB", (16, 16), (9, 99, 200))
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        file = BytesIO()
        picture.save(file, kind, icc_profile=srgb_bytes())
        rebuild(file.getvalue(), max_pixels=256)


def rebuild(data: bytes, *, max_pixels: int) -> Rebuilt:
    """New pictures from the first frame of `data`, at most `max_pixels` in all; raises Refused."""
    try:
        picture, kind = _opened(data, max_pixels)
        picture = _turned(to_srgb(picture), _orientation(picture))
        photo = _only_pixels(picture)
        del picture
        rendition = _at_most(photo, RENDITION)
        preview = _at_most(rendition, PREVIEW)
        thumbnail = _at_most(preview, THUMBNAIL)
        return Rebuilt(
            photo=_jpeg(photo, _FULL_QUALITY, subsampling="4:4:4"),
            rendition=_jpeg(rendition, _SMALL_QUALITY),
            thumbnail=_jpeg(thumbnail, _SMALL_QUALITY),
            preview=_jpeg(preview, _SMALL_QUALITY),
            width=photo.width,
            height=photo.height,
            format=kind,
        )
    except MemoryError:
        raise Refused("too_expensive") from None


def _opened(data: bytes, max_pixels: int) -> tuple[Image.Image, str]:
    """The first frame, decoded, and the format by content. Pillow raises almost anything for hostile files."""
    Image.MAX_IMAGE_PIXELS = max_pixels
    with _refusing("not_a_picture"):
        picture = Image.open(BytesIO(data), formats=FORMATS)
    kind = _READ_AS.get(picture.format or "", picture.format or "")
    if kind not in FORMATS:
        raise Refused("not_a_picture")
    _check_pixels(picture, max_pixels)
    with _refusing("truncated"):
        picture.load()
    # A decoder may find another size than the header promised.
    _check_pixels(picture, max_pixels)
    return picture, kind


@contextlib.contextmanager
def _refusing(code: str) -> Iterator[None]:
    """Whatever a decoder raises is one refusal; only too many pixels and too little memory have names of their own."""
    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("too_many_pixels") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - ValueError, TypeError, KeyError and more were seen
        raise Refused(code) from None


def _check_pixels(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise Refused("too_many_pixels")


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - as above
        # Metadata that cannot be read says nothing about the pixels.
        return 1
    return value if isinstance(value, int) else 1


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _only_pixels(picture: Image.Image) -> Image.Image:
    """A new image that shares nothing with the opened file but the values of its pixels."""
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    return fresh


def _at_most(picture: Image.Image, side: int) -> Image.Image:
    """The picture with its longer side at most `side` pixels, never enlarged."""
    longer = max(picture.size)
    if longer <= side:
        return picture
    width, height = (max(1, round(length * side / longer)) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _jpeg(picture: Image.Image, quality: int, *, subsampling: str = "4:2:0") -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling=subsampling, icc_profile=srgb_bytes())
    return file.getvalue()
