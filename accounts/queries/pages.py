"""What a person's roles offer, and what waits for them there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Page:
    """One thing that a role offers, for the start page and the navigation."""

    label: str
    url: str
    description: str


def pages_of(person: User) -> Iterator[Page]:
    """What settings.STAFF_PAGES offers to the person's roles, in that order, each address once."""
    seen = set()
    for role, label, url_name, description in settings.STAFF_PAGES:
        if role in person.roles and (url := reverse(url_name)) not in seen:
            seen.add(url)
            yield Page(str(label), url, str(description))


def waiting_for(person: User) -> Iterator[tuple[Page, list[tuple[str, str]]]]:
    """Each page of the person's roles with what waits for them there, by settings.STAFF_WAITING: (words, address)."""
    return _told_of(person, settings.STAFF_WAITING)


def urgent_for(person: User) -> list[tuple[str, str]]:
    """What the person has to see to before all else, by settings.STAFF_URGENT: (words, address)."""
    return [one for _page, told in _told_of(person, settings.STAFF_URGENT) for one in told]


def _told_of(person: User, by: Mapping[str, str]) -> Iterator[tuple[Page, list[tuple[str, str]]]]:
    sources: dict[str, Callable[[UUID], Sequence[tuple[str, str]]]] = {
        reverse(url_name): import_string(source) for url_name, source in by.items()
    }
    for page in pages_of(person):
        source = sources.get(page.url)
        yield page, list(source(person.pk)) if source else []
