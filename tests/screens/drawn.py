"""Drawn pictures for the screens in the documentation: nobody's photograph."""

import io
from typing import Final

from PIL import Image, ImageDraw

SKY: Final = (201, 220, 226)
LAWN: Final = (142, 170, 120)
HOUSE: Final = (214, 178, 140)
ROOF: Final = (150, 84, 66)
PAPER: Final = (246, 243, 234)
SKIN: Final = ((224, 182, 150), (141, 92, 66), (196, 148, 112))
CLOTHES: Final = ((176, 70, 60), (58, 92, 130), (210, 160, 60))


def garden(people: int = 1, *, border: int = 0, size: tuple[int, int] = (1200, 900)) -> bytes:
    """A PNG of a garden with up to three drawn people, with a paper border of so many pixels around it."""
    width, height = size
    picture = Image.new("RGB", size, SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 0.62, width, height), fill=LAWN)
    draw.rectangle((width * 0.55, height * 0.3, width * 0.9, height * 0.64), fill=HOUSE)
    draw.polygon([(width * 0.5, height * 0.3), (width * 0.725, height * 0.1), (width * 0.95, height * 0.3)], fill=ROOF)
    for at in range(people):
        _person(draw, width * (0.25 + 0.22 * at), height * 0.62, height * (0.09 - 0.012 * at), at)
    if not border:
        return _png(picture)
    paper = Image.new("RGB", (width + 2 * border, height + 2 * border), PAPER)
    paper.paste(picture, (border, border))
    return _png(paper)


def _person(draw: ImageDraw.ImageDraw, x: float, y: float, head: float, look: int) -> None:
    draw.rounded_rectangle((x - head, y + head, x + head, y + head * 3.6), head * 0.5, fill=CLOTHES[look % 3])
    draw.rectangle((x - head * 0.7, y + head * 3.4, x - head * 0.15, y + head * 5), fill=(70, 74, 82))
    draw.rectangle((x + head * 0.15, y + head * 3.4, x + head * 0.7, y + head * 5), fill=(70, 74, 82))
    draw.ellipse((x - head, y - head, x + head, y + head), fill=SKIN[look % 3])
    draw.pieslice((x - head, y - head * 1.05, x + head, y + head * 0.8), 180, 360, fill=(74, 54, 40))


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
