"""Entries as sentences: the text of each kind with its fields put in, ids kept apart so that a page can link them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from django.utils.translation import gettext as _

from audit.content import ANY_ID, ANY_UUID, ISO_DATE
from audit.models import Event, EventKind
from audit.queries import kinds

SHORT = 8
PARTICIPANT = "participant"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


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
    def number(self) -> str:
        """The index in groups of digits."""
        return numbered(self.index)

    @property
    def text(self) -> str:
        """The sentence without links."""
        return "".join(part.text for part in self.parts)


def shortened(full: str) -> str:
    """The beginning of an id: enough to tell entries apart on a page."""
    return full[:SHORT]


def numbered(number: int) -> str:
    """A whole number in groups of three digits."""
    return f"{number:,}".replace(",", NARROW_SPACE)


def linked(text: str) -> tuple[Part, ...]:
    """A sentence of a room's chart, its whole ids shortened and kept for links."""
    parts, end = [], 0
    for found in ANY_UUID.finditer(text):
        parts += [Part(text[end : found.start()]), _value(found.group())]
        end = found.end()
    return tuple(part for part in (*parts, Part(text[end:])) if part.text)


def line(event: Event) -> Line:
    """The entry in words; an entry of a kind that no room declares any more is told from its leaf alone."""
    kind = kinds().get(event.action)
    parts = tuple(_told(kind, event) if kind else _bare(event))
    if parts and not parts[0].id:
        parts = (Part(parts[0].text[:1].upper() + parts[0].text[1:]), *parts[1:])
    return Line(event.index, event.at, event.action, parts)


def _told(kind: EventKind, event: Event) -> Iterator[Part]:
    data = event.data
    for text, name, _spec, _conversion in Formatter().parse(str(kind.sentence)):
        if text:
            yield Part(text)
        if name == "actor":
            yield from _actor(event.actor)
        elif name == "subject":
            yield _value(event.subject)
        elif name == PARTICIPANT and data.get(name):
            yield from _actor(f"{PARTICIPANT}:{data[name]}")
        elif name is not None:
            yield from _values(data.get(name))


def _bare(event: Event) -> Iterator[Part]:
    yield from _actor(event.actor)
    yield Part(f": {event.action} ")
    yield _value(event.subject)
    for name, value in event.data.items():
        yield Part(f", {_words(name)} ")
        yield from _values(value)


def _actor(actor: str) -> Iterator[Part]:
    who, _colon, full = actor.partition(":")
    names = {
        "staff": _("staff member"),
        PARTICIPANT: _("participant"),
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
            yield Part(f" {_('and')} " if number == len(value) - 1 else ", ")
        yield _value(one)


def _value(value: object) -> Part:
    """A value as people write it: a number in groups of digits, a text as `_text` tells it."""
    if value is None:
        return Part(_("nothing"))
    if isinstance(value, bool):
        return Part(_("yes") if value else _("no"))
    return Part(numbered(value)) if isinstance(value, int) else _text(str(value))


def _text(text: str) -> Part:
    """An id by its beginning, a time to the minute, a code word without underscores."""
    if ANY_UUID.fullmatch(text):
        return Part(shortened(text), text)
    if ANY_ID.fullmatch(text):
        return Part(f"{shortened(text)}…")
    if ISO_DATE.fullmatch(text):
        return Part(text[:16].replace("T", " "))
    return Part(_words(text))


def _words(code: str) -> str:
    return code.replace("_", " ")
