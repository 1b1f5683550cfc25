"""A box on a photo, and what a model saw in one. Plain values, known to every layer of this room."""

from dataclasses import dataclass
from math import isfinite
from typing import Final

# The least side of a box, as a fraction of the photo's: what is thinner is nothing that anybody drew.
LEAST_SIDE: Final = 0.001


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box as fractions (0 to 1) of the rebuilt photo's width and height."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    @property
    def is_inside(self) -> bool:
        """Whether it is a box at all, no side of it less than LEAST_SIDE, and lies inside the photo."""
        return (
            all(isfinite(edge) for edge in self.edges)
            and 0 <= self.left <= self.right - LEAST_SIDE <= 1 - LEAST_SIDE
            and 0 <= self.top <= self.bottom - LEAST_SIDE <= 1 - LEAST_SIDE
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a place, given as fractions of the photo, lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """What a model saw: where, how sure it is (0 to 1), and for text what it reads. Never shown by accident."""

    box: Box
    score: float
    words: str = ""


def boxed(left: float, top: float, right: float, bottom: float, width: int, height: int) -> Box | None:
    """The box of these edges in pixels of a picture of `width` by `height`, cut to it; None when nothing is left."""
    box = Box(
        left=min(1.0, max(0.0, left / width)),
        top=min(1.0, max(0.0, top / height)),
        right=min(1.0, max(0.0, right / width)),
        bottom=min(1.0, max(0.0, bottom / height)),
    )
    return box if box.is_inside else None
