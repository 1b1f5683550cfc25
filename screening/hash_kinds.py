"""The kinds of hashes that lists are made of, and what holds of each PDQ hash. Nothing heavy: pages read it, too."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["pdq", "md5", "sha256"]
PDQ_BYTES: Final = 32
LENGTHS: Final[dict[Kind, int]] = {"pdq": PDQ_BYTES, "md5": 16, "sha256": 32}
# PDQ's own measure, 0 to 100. Below it a hash tells nothing apart, says its README: all empty pictures would be near.
LEAST_QUALITY: Final = 50
# As a picture can lie, turned and mirrored; each has a hash of its own.
TURNS: Final = 8


@dataclass(frozen=True, slots=True, repr=False)
class Hash:
    """One hash of a list, of the picture (PDQ) or of a file's bytes. Raises ValueError for any other length."""

    kind: Kind
    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != LENGTHS[self.kind]:
            raise ValueError(f"{self.kind} has {LENGTHS[self.kind]} bytes")
