"""Raw pixels of a rendition of ours, for hashes, classifiers and suggestions. Runs inside a confined child."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image

from contributions.decoder.pixels import pack_order, pack_pixels, unpack_order
from contributions.decoder.straight import Straight
from contributions.looks import MOST_SIDE, Look, Pixels


def warm() -> None:
    """Load everything that a look will need, before it may open no file any more."""
    file = BytesIO()
    Image.new("RGB", (96, 64), (9, 99, 200)).save(file, "JPEG")
    askew = [0.1, 0.0, 0.9, 0.1, 1.0, 1.0, 0.0, 0.9]
    wanted = [Look(8, 8), Look(8, 8, fits=True), Look(8, 8, frame=askew)]
    list(look(b"".join(pack_order(wanted, file.getvalue()))))


def look(order: bytes) -> Iterator[bytes]:
    """The answers to an order, in pieces: the JPEG is decoded once, whatever is asked of it."""
    Image.MAX_IMAGE_PIXELS = MOST_SIDE * MOST_SIDE
    looks, file = unpack_order(order)
    with Image.open(BytesIO(file), formats=("JPEG",)) as opened:
        picture = opened.convert("RGB")
    for each in looks:
        shown = seen(picture, each)
        yield from pack_pixels(Pixels(shown.width, shown.height, shown.tobytes()))


def seen(picture: Image.Image, wanted: Look) -> Image.Image:
    """What a look sees of an RGB picture."""
    if wanted.frame is not None:
        picture = _laid_straight(picture, wanted.frame)
    if not wanted.fits:
        # Every pixel counts the same: a squash that hashes of other programs can be compared with.
        return picture.resize((wanted.width, wanted.height), Image.Resampling.BOX)
    share = min(1.0, wanted.width / picture.width, wanted.height / picture.height)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)


def _laid_straight(picture: Image.Image, frame: Sequence[float]) -> Image.Image:
    """What lies within the frame, as a rectangle."""
    straight = Straight(frame, picture.size)
    if straight.upright is not None:
        return picture.crop(straight.upright)
    return picture.transform(straight.size, Image.Transform.PERSPECTIVE, straight.factors, Image.Resampling.BICUBIC)
