"""Colours of received pictures, brought to sRGB before their profile is dropped: dropping it first would shift them."""

import functools
from io import BytesIO

from PIL import Image, ImageCms

_DATE = slice(24, 36)
_FIXED_DATE = bytes.fromhex("07ea00010001000000000000")


@functools.cache
def srgb() -> ImageCms.ImageCmsProfile:
    """The sRGB profile of the colour library."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@functools.cache
def srgb_bytes() -> bytes:
    """The one profile that our files carry; its date is fixed so that the same pixels give the same file."""
    raw = bytearray(srgb().tobytes())
    raw[_DATE] = _FIXED_DATE
    return bytes(raw)


def to_srgb(picture: Image.Image) -> Image.Image:
    """The picture as RGB in sRGB, transparency laid on white; an unreadable profile counts as none."""
    profile = picture.info.get("icc_profile")
    picture = _eight_bit(picture)
    if "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"}:
        picture = _on_white(_converted(picture.convert("RGBA"), profile))
    elif picture.mode in {"RGB", "L", "CMYK", "LAB"}:
        picture = _converted(picture, profile)
    else:
        picture = _converted(picture.convert("RGB"), profile)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Grey of more than 8 bits, scaled to 8; Pillow's own conversion clips it to white."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in {"I", "F"}:
        low, high = picture.getextrema()
        if isinstance(low, int | float) and isinstance(high, int | float):
            start, span = _range(float(low), float(high), fractions=picture.mode == "F")
            return picture.point(lambda value: value * (255 / span) + (-start * 255 / span)).convert("L")
    return picture


def _range(low: float, high: float, *, fractions: bool) -> tuple[float, float]:
    """Black and the distance to white, by the smallest usual scale that holds the values, else by the values."""
    for white in (1.0, 255.0, 65535.0) if fractions else (255.0, 65535.0):
        if low >= 0 and high <= white:
            return 0.0, white
    return low, high - low


def _converted(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = picture.mode
    wanted = "RGBA" if mode == "RGBA" else "RGB"
    try:
        if mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif profile:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
        else:
            return picture
        change = ImageCms.buildTransform(
            source,
            srgb(),
            mode,
            wanted,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode == wanted:
            ImageCms.applyTransform(picture, change, inPlace=True)
            return picture
        return ImageCms.applyTransform(picture, change) or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture, mask=picture)
    return white
