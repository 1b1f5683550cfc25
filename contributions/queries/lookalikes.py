"""Which photos a claim may be about, by the picture that its writer holds: the upper room's query finds them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from contributions.queries.claim_facts import PhotoFact, facts_of
from contributions.queries.claims import claimable

# Bits of 256 up to which two hashes are of one picture; what is further off has to be read about.
SURE: Final = 31
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A photo that looks like the writer's picture: facts, how many bits apart, and whether the claim names it."""

    fact: PhotoFact
    distance: int
    is_named: bool

    @property
    def is_sure(self) -> bool:
        """Whether the distance leaves no doubt."""
        return self.distance <= SURE


def lookalikes_of(picture: str, *, named: Collection[UUID]) -> list[Lookalike]:
    """The photos nearest to a picture's hash (64 hexadecimal digits, or empty) that a claim may be about, at most MOST.

    `named` are those that the claim is about already.
    """
    if not picture:
        return []
    found: list[tuple[UUID, int]] = import_string(settings.LOOKALIKES)(bytes.fromhex(picture))
    able = claimable([photo for photo, _distance in found])
    nearest = [(photo, distance) for photo, distance in found if photo in able][:MOST]
    facts = {fact.id: fact for fact in facts_of([photo for photo, _distance in nearest])}
    return [Lookalike(facts[photo], distance, photo in named) for photo, distance in nearest if photo in facts]
