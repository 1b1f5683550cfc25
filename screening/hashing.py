"""PDQ: 256 bits by which a picture is known again after it was made smaller, lighter or saved anew.

The published algorithm: luma, a box filter twice in both directions, 64 x 64 samples, the 16 x 16 lowest cosines
without the constant, and of each whether it is above their median. Filter, sampling and cosines are linear, so each
direction is one matrix. The reference guesses the hashes of turned and mirrored pictures from the cosines; since its
samples do not lie in the middle of their fields, a guess is off by about twenty bits of the thirty-one that a match may
differ. Here each mirrored picture is sampled itself, and the hashes are those of the picture as it would be turned.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contributions.queries import Look, Pixels
from screening.bands import bands
from screening.versions import METHOD

__all__ = ["LOOK", "METHOD", "Hashed", "bands", "hashed"]

LOOK: Final = Look(512, 512)
_SAMPLES: Final = 64
_COSINES: Final = 16
_LUMA: Final = (0.299, 0.587, 0.114)
_PASSES: Final = 2
# What the sum of the steps between neighbouring samples is divided by, so that 100 means plenty.
_QUALITY_OF: Final = 90

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hashed:
    """The hashes (32 bytes each) of a picture in eight orientations, and its quality (0 to 100).

    As it lies; turned by one, two and three quarters against the clock; mirrored top to bottom and left to right;
    mirrored along the diagonal from the top left, and along the other.
    """

    turns: tuple[bytes, ...]
    quality: int


def hashed(pixels: Pixels) -> Hashed:
    """PDQ of one picture, usually seen as LOOK, in all eight orientations."""
    rgb = np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3)
    luma = (rgb[..., 0] * _LUMA[0] + rgb[..., 1] * _LUMA[1] + rgb[..., 2] * _LUMA[2]).astype(np.float32)
    down, across = _sampled(pixels.height), _sampled(pixels.width)
    # Sampled as it lies and from its other end: that is to sample it mirrored.
    lying, flipped = down @ luma, down[:, ::-1] @ luma
    samples, mirrored = lying @ across.T, lying @ across[:, ::-1].T
    upside_down, half_turned = flipped @ across.T, flipped @ across[:, ::-1].T
    eight = (
        samples,
        mirrored.T,
        half_turned,
        upside_down.T,
        upside_down,
        mirrored,
        samples.T,
        half_turned.T,
    )
    return Hashed(tuple(_bits(_transform() @ each @ _transform().T) for each in eight), _quality(samples))


@lru_cache(maxsize=8)
def _sampled(length: int) -> Matrix:
    """The matrix (64 x length) that smooths a row of pixels and takes 64 of them."""
    window = (length + 2 * _SAMPLES - 1) // (2 * _SAMPLES)
    ahead = (window + 2) // 2
    at = np.arange(length)
    first = np.maximum(at - (window - ahead), 0)[:, None]
    last = np.minimum(at + ahead - 1, length - 1)[:, None]
    box = ((at >= first) & (at <= last)) / (last - first + 1)
    taken = ((np.arange(_SAMPLES) + 0.5) * length / _SAMPLES).astype(int)
    samples: Matrix = np.linalg.matrix_power(box, _PASSES)[taken]
    return samples


@lru_cache(maxsize=1)
def _transform() -> Matrix:
    """The matrix (16 x 64) of the lowest cosines, without the constant one."""
    frequency, place = np.arange(1, _COSINES + 1)[:, None], np.arange(_SAMPLES)
    cosines: Matrix = np.sqrt(2 / _SAMPLES) * np.cos(np.pi / (2 * _SAMPLES) * frequency * (2 * place + 1))
    return cosines


def _bits(cosines: Matrix) -> bytes:
    """Which of the 256 are above the median (the lower of the two in the middle), the last of them first."""
    flat = cosines.ravel()
    median = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return np.packbits((flat > median)[::-1]).tobytes()


def _quality(samples: Matrix) -> int:
    """How much there is to see: the steps between neighbours, each in whole hundredths of full contrast."""
    steps = sum(int(np.abs(np.trunc(np.diff(samples, axis=axis) * 100 / 255)).sum()) for axis in (0, 1))
    return min(100, steps // _QUALITY_OF)
