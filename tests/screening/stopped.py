"""Photos that screening has stopped, with the findings that stopped them; no real list and no real match is needed."""

from typing import Any

from django.db import transaction

from contributions.models import Photo
from screening.actions.verdicts import append
from screening.models import Finding
from screening.transitions import VerdictState
from tests.builders import Given, given

KNOWN = {"matches": [{"list": "national", "kind": "pdq", "distance": 12, "form": "whole", "turn": 1}]}
SCORED = {"scores": {"open_nsfw": {"score": 0.43, "version": "1", "threshold": 0.2}}}


def stopped(state: VerdictState, code: str, *, step: str = "classify", facts: dict[str, Any] | None = None) -> Given:
    """A photo in use, then stopped for this code."""
    made = given().agree()
    photo = made.photos[0]
    with transaction.atomic():
        Finding.objects.update_or_create(photo=photo, step=step, defaults={"codes": [code], "facts": facts or {}})
        append(photo, state, [code], by="system", lists={})
    return made


def held_photo() -> Photo:
    """A photo that a classifier held."""
    return stopped(VerdictState.HELD, "classifier:open_nsfw", facts=SCORED).photos[0]


def locked_photo() -> Photo:
    """A photo that stands on a known list."""
    return stopped(VerdictState.LOCKED, "known:national", step="match_known", facts=KNOWN).photos[0]
