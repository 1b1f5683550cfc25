"""Ids of photos in text that somebody pasted: a list with whatever between them, or lines copied from a page."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

_WORD: Final = re.compile(r"[0-9A-Za-z-]+")
_WHOLE: Final = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_SHORT: Final = re.compile(r"[0-9a-f]{8}")
# No word of a copied page is so long and holds a digit: this was meant to be an id.
_MEANT: Final = re.compile(r"(?=.*[0-9]).{7,}")
_TOLD: Final = 40


@dataclass(frozen=True, slots=True)
class Pasted:
    """Whole ids, short names of photos (the first eight characters of an id), and what looks like one and is none.

    Each once, in the order of the text.
    """

    whole: list[UUID]
    short: list[str]
    unreadable: list[str]


def pasted(text: str) -> Pasted:
    """The ids in this text; all other words are passed over."""
    words = list(dict.fromkeys(word.strip("-").lower() for word in _WORD.findall(text)))
    whole = [word for word in words if _WHOLE.fullmatch(word)]
    short = [word for word in words if _SHORT.fullmatch(word)]
    meant = (word for word in words if _MEANT.fullmatch(word) and word not in {*whole, *short})
    return Pasted([UUID(word) for word in whole], short, [word[:_TOLD] for word in meant])
