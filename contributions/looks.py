"""What a screener or a suggestion wants to see of a photo, and what it gets: raw pixels, never a file to decode."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_LOOKS = 16
MOST_SIDE = 2048


@dataclass(frozen=True, slots=True)
class Look:
    """Pixels wanted: exactly `width` x `height`, squashed, or with `fits` at most that, the shape kept.

    With `frame` only what lies within these four corners (contributions.frames), laid straight.
    """

    width: int
    height: int
    fits: bool = False
    frame: Sequence[float] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Pixels:
    """A picture's pixels: `rgb` holds 3 bytes a pixel (red, green, blue in sRGB), rows from the top."""

    width: int
    height: int
    rgb: bytes
