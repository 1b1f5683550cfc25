"""The kinds of hashes that lists are made of."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["pdq", "md5", "sha256"]
LENGTHS: Final[dict[Kind, int]] = {"pdq": 32, "md5": 16, "sha256": 32}


@dataclass(frozen=True, slots=True, repr=False)
class Hash:
    """One hash of a list, of the picture (PDQ) or of a file's bytes. Raises ValueError for any other length."""

    kind: Kind
    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != LENGTHS[self.kind]:
            raise ValueError(f"{self.kind} has {LENGTHS[self.kind]} bytes")
