"""A reader of prints that sees the same name on every photo, in place of the models (settings.TEXT_READER)."""

from annotation.boxes import Box, Seen
from contributions.queries import Look, Pixels

NAME = "tests.annotation.printed"
MODEL = "drawn"
LOOK = Look(64, 64, fits=True)
WORDS = "Anna Verkerk, 1994"


def find(pixels: Pixels) -> list[Seen]:
    """One line along the lower edge."""
    assert max(pixels.width, pixels.height) == 64
    return [Seen(Box(0.2, 0.8, 0.6, 0.9), 0.97, WORDS)]
