"""Entries as sentences: the text of each kind with its fields put in, ids kept apart so that a page can link them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from django.utils.translation import gettext as _

from audit.content import ANY_UUID
from audit.models import Event, EventKind
from audit.queries import kinds

SHORT = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; `id` is the full id when the piece is a shortened one."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the desk shows it."""

    index: int
    at: datetime
    action: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The sentence without links."""
        return "".join(part.text for part in self.parts)


def shortened(full: str) -> str:
    """The beginning of an id: enough to tell entries apart on a page."""
    return full[:SHORT]


def line(event: Event) -> Line:
    """The entry in words; an entry of a kind that no room declares any more is told from its leaf alone."""
    kind = kinds().get(event.action)
    parts = tuple(_told(kind, event) if kind else _bare(event))
    first = Part(parts[0].text[:1].upper() + parts[0].text[1:], parts[0].id) if parts else Part("")
    return Line(event.index, event.at, event.action, (first, *parts[1:]))


def _told(kind: EventKind, event: Event) -> Iterator[Part]:
    data = event.data
    for text, name, _spec, _conversion in Formatter().parse(str(kind.sentence)):
        if text:
            yield Part(text)
        if name == "actor":
            yield from _actor(event.actor)
        elif name == "subject":
            yield _value(event.subject)
        elif name is not None:
            yield from _values(data.get(name))


def _bare(event: Event) -> Iterator[Part]:
    yield from _actor(event.actor)
    yield Part(f": {event.action} ")
    yield _value(event.subject)
    for name, value in event.data.items():
        yield Part(f", {name} ")
        yield from _values(value)


def _actor(actor: str) -> Iterator[Part]:
    who, _colon, full = actor.partition(":")
    names = {
        "staff": _("staff member"),
        "participant": _("participant"),
        "sending": _("the sender of"),
        "recipient": _("recipient"),
        "system": _("the system"),
    }
    yield Part(names.get(who, who) + (" " if full else ""))
    if full:
        yield _value(full)


def _values(value: object) -> Iterator[Part]:
    if not isinstance(value, list):
        yield _value(value)
        return
    if not value:
        yield Part(_("none"))
    for number, one in enumerate(value):
        if number:
            yield Part(", ")
        yield _value(one)


def _value(value: object) -> Part:
    if value is None:
        return Part(_("nothing"))
    if isinstance(value, bool):
        return Part(_("yes") if value else _("no"))
    text = str(value)
    return Part(shortened(text), text) if ANY_UUID.fullmatch(text) else Part(text)
