"""Photos in use that screening then stopped, as its steps and its judge would; no real list and no match is needed."""

from typing import Any, Final

from contributions.models import Photo
from screening.transitions import VerdictState
from tests.builders import Given, given
from tests.screening.found import judged, ruled

RAISED: Final[dict[str, Any]] = {
    "classified": ["classifier:open_nsfw"],
    "scores": {"open_nsfw": {"score": 0.43, "version": "1", "threshold": 0.2}},
}
WEAK: Final[dict[str, Any]] = {"matched": ["hash_quality_low"]}
KNOWN: Final[dict[str, Any]] = {
    "matched": ["known:national"],
    "matches": [
        {"list": "national", "kind": "pdq", "distance": 12, "form": "whole", "turn": 1, "material": "baseline A"}
    ],
}


def stopped(**found: Any) -> Given:
    """A photo in use for which its steps then found this (as find)."""
    made = given().agree()
    assert judged(made.photos[0], **found).state != VerdictState.CLEAR
    return made


def held_photo() -> Photo:
    """A photo that a classifier held."""
    return stopped(**RAISED).photos[0]


def locked_photo() -> Photo:
    """A photo that stands on a known list."""
    return stopped(**KNOWN).photos[0]


def held_by_two() -> Photo:
    """A photo that stands on a known list and that two officers took out of its lock, to be ruled on as any other."""
    photo = locked_photo()
    ruled(photo, VerdictState.HELD, "unclear")
    return photo
