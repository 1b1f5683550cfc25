"""What rooms above tell a person on their own page: where their photos went (settings.PERSON_PANELS)."""

from collections.abc import Callable, Iterable
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
    """An entry of a panel, with the person's own names of the photos."""

    entry: PhotosWent
    names: list[str]


class ShownPanel(NamedTuple):
    """A panel as the page shows it."""

    title: str
    entries: list[Went]


def panels(participant: UUID, cards: Iterable[PhotoCard]) -> list[ShownPanel]:
    """What every room of settings.PERSON_PANELS tells this person, in the words of their own cards."""
    names = {card.id: card.title for card in cards}
    sources: list[Callable[[UUID], PersonPanel | None]] = [import_string(name) for name in settings.PERSON_PANELS]
    return [_shown(panel, names) for source in sources if (panel := source(participant)) is not None]


def _shown(panel: PersonPanel, names: dict[UUID, str]) -> ShownPanel:
    """Without what speaks only of photos that have no card any more."""
    entries = [Went(entry, [name for photo, name in names.items() if photo in entry.photos]) for entry in panel.entries]
    return ShownPanel(panel.title, [one for one in entries if one.names])
