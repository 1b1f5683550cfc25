"""What rooms above tell a person on their own page: where their photos went (settings.PERSON_PANELS)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from contributions.queries.cards import PhotoCard


class WhatFor(NamedTuple):
    """One use: what for in a sentence, by whom, what was made of it, and where one can read about it."""

    what: str
    who: str
    made: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class PhotosWent:
    """Photos of a person that were given out together: when, as what, how that stands, and what they were used for."""

    name: str
    url: str
    day: date
    standing: str
    photos: frozenset[UUID]
    used: tuple[WhatFor, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPanel:
    """A part of the person's own page that a room above fills."""

    title: str
    entries: tuple[PhotosWent, ...]


class Went(NamedTuple):
    """An entry of a panel, with the person's own names of the photos, and of those whose use has stopped since."""

    entry: PhotosWent
    names: list[str]
    stopped: list[str]


class ShownPanel(NamedTuple):
    """A panel as the page shows it."""

    title: str
    entries: list[Went]


def panels(participant: UUID, cards: Iterable[PhotoCard]) -> list[ShownPanel]:
    """What every room of settings.PERSON_PANELS tells this person, in the words of their own cards."""
    by_id = {card.id: card for card in cards}
    sources: list[Callable[[UUID], PersonPanel | None]] = [import_string(name) for name in settings.PERSON_PANELS]
    return [_shown(panel, by_id) for source in sources if (panel := source(participant)) is not None]


def given_out(shown: Iterable[ShownPanel]) -> frozenset[UUID]:
    """The photos of which these panels say that somebody outside has them, or had."""
    return frozenset[UUID]().union(*(went.entry.photos for panel in shown for went in panel.entries))


def _shown(panel: PersonPanel, cards: Mapping[UUID, PhotoCard]) -> ShownPanel:
    """Without what speaks only of photos that have no card any more."""
    entries = [
        _went(entry, [card for photo, card in cards.items() if photo in entry.photos]) for entry in panel.entries
    ]
    return ShownPanel(panel.title, [one for one in entries if one.names])


def _went(entry: PhotosWent, cards: list[PhotoCard]) -> Went:
    """That use has stopped is known from the photo's own card, and from nothing else (requirement K10)."""
    return Went(entry, [card.title for card in cards], [card.title for card in cards if card.is_out])
