"""What every index over known hashes can do."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from screening.hash_kinds import PDQ_BYTES

# Bits of 256 by which a picture may differ and still be the known one, as the lists' own clients have it.
DISTANCE: Final = 31

# n x 32 bytes, a hash in each row.
Hashes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Match:
    """The hash of a list that is nearest to one of those asked for: `query` is its row, `distance` counts bits."""

    query: int
    list_name: str
    distance: int


class Matcher(Protocol):
    """Finds near hashes, all of them: an index that misses some is none."""

    def search(self, queries: Hashes, distance: int = DISTANCE) -> list[Match]:
        """For each query (a row of 32 bytes) the nearest hash of each list, where it is within `distance` bits."""


def rows_of(hashes: bytes) -> Hashes:
    """Hashes that follow upon one another as an array; raises ValueError when one is cut."""
    return np.frombuffer(hashes, np.uint8).reshape(-1, PDQ_BYTES)
