"""Kinds of events. Each room declares its own, with the sentence that the auditor reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from django.utils.functional import Promise

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}:[a-z][a-z0-9_]{0,39}")
FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What `record` itself takes, and what every sentence may use beside the kind's own fields.
RESERVED = frozenset({"subject", "by", "actor"})
IN_EVERY_SENTENCE = frozenset({"actor", "subject"})

_declared: dict[str, "EventKind"] = {}


class EventKindRefused(ValueError):
    """An event kind is declared twice, or its name, fields and sentence do not fit each other."""


class FieldsDoNotMatch(ValueError):
    """An event was recorded with a field that its kind does not declare, or without one that it does."""


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event: `subject:action`, a translatable sentence with {field} placeholders, and its data fields.

    The sentence may also use {actor} and {subject}. `optional` fields may be left out when recording.
    `ties` are pairs of fields, (owner, owned): the story of the owner's id tells the owned one's entries too.
    Declaring registers the kind; raises EventKindRefused for a second one of the same name, an unfit sentence or a tie
    of anything but two different fields (or "subject").
    """

    name: str
    sentence: str | Promise
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Check the declaration and register it."""
        if not NAME.fullmatch(self.name):
            raise EventKindRefused(f"{self.name!r} is not of the form subject:action.")
        for field in self.all_fields:
            if not FIELD.fullmatch(field) or field in RESERVED:
                raise EventKindRefused(f"{self.name}: {field!r} cannot be the name of a field.")
        if len(set(self.all_fields)) != len(self.all_fields):
            raise EventKindRefused(f"{self.name}: a field is named twice.")
        unknown = placeholders(str(self.sentence)) - set(self.all_fields) - IN_EVERY_SENTENCE
        if unknown:
            raise EventKindRefused(f"{self.name}: the sentence uses undeclared {', '.join(sorted(unknown))}.")
        self._check_ties()
        if self.name in _declared:
            raise EventKindRefused(f"{self.name} is declared twice.")
        _declared[self.name] = self

    def _check_ties(self) -> None:
        for owner, owned in self.ties:
            if owner == owned or not {owner, owned} <= {*self.all_fields, "subject"}:
                raise EventKindRefused(f"{self.name}: {owner!r} cannot own {owned!r}.")

    @property
    def all_fields(self) -> tuple[str, ...]:
        """Required fields, then optional ones."""
        return (*self.fields, *self.optional)

    def check_fields(self, data: Mapping[str, object]) -> None:
        """Raise FieldsDoNotMatch unless `data` holds every required field and nothing undeclared."""
        missing = [field for field in self.fields if field not in data]
        undeclared = [field for field in data if field not in self.all_fields]
        if missing or undeclared:
            raise FieldsDoNotMatch(f"{self.name}: missing {missing}, undeclared {undeclared}.")


def placeholders(sentence: str) -> set[str]:
    """The names in braces; raises EventKindRefused for a format, conversion, index or attribute."""
    names = set()
    for _text, name, spec, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if not FIELD.fullmatch(name) or spec or conversion:
            raise EventKindRefused(f"{{{name}}} must be a plain field name.")
        names.add(name)
    return names


def declared() -> Mapping[str, EventKind]:
    """Every kind declared so far in this process, by name (audit.queries.kinds loads all rooms' first)."""
    return dict(_declared)
