"""What there is to tell the public: research updates and releases, from the rooms above (settings.PUBLIC_NEWS)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string


class UpdateNews(NamedTuple):
    """One research update: its title (marked up with its language where that is not the reader's), day and address."""

    title: str
    day: date
    url: str


class ReleaseNews(NamedTuple):
    """One version given out: its title, day, and an address if it has one.

    `photos` is how many it was published with; None for so few that it is not told.
    """

    title: str
    day: date
    photos: int | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class PublicNews:
    """Updates and releases, each newest first, in the active language."""

    updates: list[UpdateNews] = field(default_factory=list)
    releases: list[ReleaseNews] = field(default_factory=list)


def news() -> PublicNews:
    """What every room of settings.PUBLIC_NEWS has to tell, together."""
    sources: list[Callable[[], PublicNews]] = [import_string(name) for name in settings.PUBLIC_NEWS]
    told = [source() for source in sources]
    return PublicNews(
        updates=sorted((one for part in told for one in part.updates), key=lambda one: one.day, reverse=True),
        releases=sorted((one for part in told for one in part.releases), key=lambda one: one.day, reverse=True),
    )
