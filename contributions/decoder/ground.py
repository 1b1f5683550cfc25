"""What a print lies on: a colour that changes smoothly, known from the photo's edge; and what differs from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from contributions.decoder.quads import solved
from contributions.frames import Point

_GRID, _SAMPLES, _ROUNDS = 16, 80, 4
_COARSE = 120
# How far a pixel of the ground may be from the model, in spreads of the edge, and how much of the edge must be ground.
_FAR, _EDGE_SHARE = 4.5, 0.72
_LEAST_SPREAD = 3.0

# For a ground at this share of its lightest, what to add as a share of what is there (both of 255): at most as much.
_BRIGHTEN = [min(255, round(255 * (255 / max(level, 1) - 1))) for level in range(256)]

Sample = tuple[float, float, float]  # x, y (-1 to 1), level


@dataclass(frozen=True, slots=True)
class _Smooth:
    """One channel of the ground: a surface of second order, and how far its own pixels spread around it."""

    factors: list[float]
    spread: float
    share: float


def shape_on_ground(picture: Image.Image) -> tuple[Image.Image, Image.Image] | None:
    """What lies on the ground of an RGB picture, as a mask, and how light the ground is, both of its size.

    None where the edge is not one ground, or nothing lies on it.
    """
    channels = picture.convert("YCbCr").split()
    edge = [_edge(channel) for channel in channels]
    models = [_smooth(samples) for samples in edge]
    if any(model is None for model in models):
        return None
    surfaces = [model for model in models if model is not None]
    if min(surface.share for surface in surfaces) < _EDGE_SHARE:
        return None
    mask = Image.new("L", picture.size)
    grounds = [_ground(surface, picture.size) for surface in surfaces]
    for channel, ground, surface in zip(channels, grounds, surfaces, strict=True):
        mask.paste(255, mask=_away(channel, ground, _FAR * surface.spread))
    shape = _largest(_closed(mask))
    return None if shape is None else (shape, grounds[0])


def evenly_lit(picture: Image.Image, light: Image.Image) -> Image.Image:
    """An RGB picture as if the light that falls on the ground were everywhere as it is at its lightest."""
    _least, most = light.getextrema()
    scale = 255 / most if isinstance(most, float) and most > 0 else 1.0
    lighter = light.point(lambda level: level * scale).convert("L").point(_BRIGHTEN)
    more = ImageChops.multiply(picture, Image.merge("RGB", [lighter] * 3))
    return ImageChops.add(picture, more)


def outline(mask: Image.Image) -> list[Point]:
    """The outermost points of a mask, row by row and column by column, in pixels at the pixels' outer edges."""
    found: list[Point] = []
    for y in range(mask.height):
        row = mask.crop((0, y, mask.width, y + 1)).getbbox()
        if row:
            found += [(row[0], y + 0.5), (row[2], y + 0.5)]
    for x in range(mask.width):
        column = mask.crop((x, 0, x + 1, mask.height)).getbbox()
        if column:
            found += [(x + 0.5, column[1]), (x + 0.5, column[3])]
    return found


def _edge(channel: Image.Image) -> list[Sample]:
    """Levels along the four edges of the picture, each the mean of a few lines."""
    width, height = channel.size
    deep = max(3, round(0.012 * max(width, height)))
    found: list[Sample] = []
    for box, upright in (
        ((0, 0, width, deep), False),
        ((0, height - deep, width, height), False),
        ((0, 0, deep, height), True),
        ((width - deep, 0, width, height), True),
    ):
        size = (1, _SAMPLES) if upright else (_SAMPLES, 1)
        levels = channel.crop(box).resize(size, Image.Resampling.BOX).tobytes()
        for at, level in enumerate(levels):
            along = (2 * at + 1) / _SAMPLES - 1
            across = ((box[0] + box[2]) / width - 1) if upright else ((box[1] + box[3]) / height - 1)
            found.append((across, along, level) if upright else (along, across, level))
    return found


def _terms(x: float, y: float) -> tuple[float, ...]:
    return (1.0, x, y, x * y, x * x, y * y)


def _smooth(samples: Sequence[Sample]) -> _Smooth | None:
    """The surface through most of the samples: what is far from it, such as a print that reaches the edge, is left."""
    kept = list(samples)
    factors: list[float] | None = None
    spread = _LEAST_SPREAD
    middle = sorted(level for _x, _y, level in samples)[len(samples) // 2]
    off = [abs(level - middle) for _x, _y, level in samples]
    most = max(12.0, 2.5 * sorted(off)[len(off) // 2])
    kept = [sample for sample, away in zip(samples, off, strict=True) if away <= most]
    for _ in range(_ROUNDS):
        factors = _least_squares(kept)
        if factors is None:
            return None
        away = [abs(level - _level(factors, x, y)) for x, y, level in samples]
        spread = max(_LEAST_SPREAD, 1.48 * sorted(away)[int(len(away) * 0.45)])
        kept = [sample for sample, far in zip(samples, away, strict=True) if far <= 3 * spread]
        if len(kept) < len(samples) // 3:
            return None
    return _Smooth(factors or [], spread, len(kept) / len(samples))


def _level(factors: Sequence[float], x: float, y: float) -> float:
    return sum(factor * term for factor, term in zip(factors, _terms(x, y), strict=True))


def _least_squares(samples: Sequence[Sample]) -> list[float] | None:
    rows = [[0.0] * 7 for _ in range(6)]
    for x, y, level in samples:
        terms = (*_terms(x, y), level)
        for row in range(6):
            for column in range(7):
                rows[row][column] += terms[row] * terms[column]
    return solved(rows)


def _ground(surface: _Smooth, size: tuple[int, int]) -> Image.Image:
    """A surface's levels as a picture."""
    levels = [
        _level(surface.factors, (2 * x + 1) / _GRID - 1, (2 * y + 1) / _GRID - 1)
        for y in range(_GRID)
        for x in range(_GRID)
    ]
    ground = Image.new("F", (_GRID, _GRID))
    ground.putdata(levels)
    return ground.resize(size, Image.Resampling.BILINEAR)


def _away(channel: Image.Image, ground: Image.Image, far: float) -> Image.Image:
    """255 where a channel is further than that from the ground."""
    low = ground.point(lambda level: level * 1 - far).convert("L")
    high = ground.point(lambda level: level * 1 + far).convert("L")
    over = ImageChops.subtract(channel, high)
    under = ImageChops.subtract(low, channel)
    return ImageChops.lighter(over, under).point([0] + [255] * 255)


def _closed(mask: Image.Image) -> Image.Image:
    """Specks smoothed away, then small gaps filled, then thin bridges broken."""
    smooth = _around(mask, 2, 128)
    filled = _around(_around(smooth, 4, 2), 4, 254)
    return _around(_around(filled, 3, 254), 3, 2)


def _around(mask: Image.Image, reach: int, least: int) -> Image.Image:
    """255 where the mean of a mask's square around a pixel is at least that: 2 widens, 254 narrows, 128 smooths."""
    # A blur costs the same for every reach; a rank filter does not.
    return mask.filter(ImageFilter.BoxBlur(reach)).point([0] * least + [255] * (256 - least))


def _largest(mask: Image.Image) -> Image.Image | None:
    """The largest connected part of a mask, found on a coarse copy of it."""
    scale = _COARSE / max(mask.size)
    size = (max(1, round(mask.width * scale)), max(1, round(mask.height * scale)))
    cells = bytearray(mask.resize(size, Image.Resampling.BOX).point([0] * 100 + [1] * 156).tobytes())
    best: list[int] = []
    for start in range(len(cells)):
        if cells[start]:
            part = _connected(cells, start, size[0])
            best = part if len(part) > len(best) else best
    if not best:
        return None
    coarse = bytearray(len(cells))
    for at in best:
        coarse[at] = 255
    coarse_mask = Image.frombytes("L", size, bytes(coarse)).filter(ImageFilter.MaxFilter(3))
    only = Image.new("L", mask.size)
    only.paste(mask, mask=coarse_mask.resize(mask.size, Image.Resampling.NEAREST))
    return only


def _connected(cells: bytearray, start: int, width: int) -> list[int]:
    """The cells connected with `start`; they are taken out of `cells`."""
    found, waiting = [], [start]
    cells[start] = 0
    while waiting:
        at = waiting.pop()
        found.append(at)
        column = at % width
        near = [at - width, at + width]
        if column:
            near.append(at - 1)
        if column < width - 1:
            near.append(at + 1)
        for other in near:
            if 0 <= other < len(cells) and cells[other]:
                cells[other] = 0
                waiting.append(other)
    return found
