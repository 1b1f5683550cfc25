"""What changed between two texts: paragraph by paragraph and, in a paragraph that was reworded, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

PARAGRAPH_END = re.compile(r"\n\s*\n")
# A word with what separates it from the next, so that the pieces put together are the text again.
WORD = re.compile(r"\s*\S+")
# Two paragraphs that share less than this much of their words are another paragraph, not the same one reworded.
ALIKE = 0.4


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that share one fate."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as pieces in reading order: what was removed stands before what was added in its place."""

    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing changed in it."""
        return all(piece.change == Change.SAME for piece in self.pieces)


def compared(before: str, after: str) -> list[Paragraph]:
    """Every paragraph of both texts in reading order. Paragraphs are parted by empty lines."""
    old, new = paragraphs(before), paragraphs(after)
    found: list[Paragraph] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Paragraph((Piece(Change.SAME, text),)) for text in new[j1:j2]]
        else:
            found += _replaced(old[i1:i2], new[j1:j2])
    return found


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs without the empty lines between them."""
    return [part.strip() for part in PARAGRAPH_END.split(text) if part.strip()]


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """One after the other: two that are alike as one paragraph reworded, others as one removed and one added."""
    for before, after in zip_longest(old, new):
        reworded = _reworded(before, after) if before and after else None
        if reworded:
            yield reworded
            continue
        if before:
            yield Paragraph((Piece(Change.REMOVED, before),))
        if after:
            yield Paragraph((Piece(Change.ADDED, after),))


def _reworded(before: str, after: str) -> Paragraph | None:
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(new[j1:j2])))
            continue
        pieces += [Piece(Change.REMOVED, "".join(old[i1:i2]))] if i2 > i1 else []
        pieces += [Piece(Change.ADDED, "".join(new[j1:j2]))] if j2 > j1 else []
    return Paragraph(tuple(pieces))
