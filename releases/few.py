"""From how many people or photos on a group is told in numbers, wherever somebody outside reads it."""

from typing import Final

FEWEST: Final = 5


def is_few(count: int) -> bool:
    """Whether these are so few that nobody is told how many; none at all is no secret."""
    return 0 < count < FEWEST
