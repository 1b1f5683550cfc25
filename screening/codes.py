"""The words of findings and verdicts: the steps that find, and the kinds of codes that they give."""

from enum import StrEnum
from typing import Final

MATCH_KNOWN: Final = "match_known"
CLASSIFY: Final = "classify"
FIND_DUPLICATES: Final = "find_duplicates"


class CodeKind(StrEnum):
    """What a code says. Where it is about a list or a classifier, the name follows after a colon."""

    KNOWN = "known"
    CLASSIFIER = "classifier"
    CLASSIFIER_FAILED = "classifier_failed"
    LIST_MISSING = "list_missing"
    LIST_STALE = "list_stale"
    LIST_EMPTY = "list_empty"
    DIGEST_MISSING = "digest_missing"
    HASH_QUALITY_LOW = "hash_quality_low"
    NOT_HASHED = "not_hashed"
    NOT_MATCHED = "not_matched"
    NOT_CLASSIFIED = "not_classified"
    HOLD_WITHOUT_OFFICERS = "hold_without_officers"
    REPORTED = "reported"


# What keeps a required list from being relied on.
UNRELIABLE: Final = (CodeKind.LIST_MISSING, CodeKind.LIST_EMPTY, CodeKind.LIST_STALE)


def code(kind: CodeKind, about: str) -> str:
    """The code of this kind about a list or a classifier."""
    return f"{kind}:{about}"


def kind_of(word: str) -> str:
    """A code without what it is about: "known" of "known:national"."""
    return word.partition(":")[0]


def about(word: str, *kinds: CodeKind) -> str:
    """What a code of one of these kinds is about; empty for any other word, an officer's own reasons included."""
    kind, _colon, name = word.partition(":")
    return name if kind in kinds else ""
