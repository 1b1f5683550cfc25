"""The whole story of one id: what it is, and what belongs to it, read from the log alone.

Kinds of events declare what owns what (`EventKind.ties`). A participant owns sendings, a sending photos, a photo its
consent and the people marked in it: the story of a participant is every entry that mentions any of them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Event, EventKind
from audit.queries import AUDITOR, Selection, kinds
from audit.queries.selections import LARGEST

# What the name of a field, or of an actor, calls a thing: "photo", "participant", "staff".
Thing = str
Leaf = dict[str, Any]
MOST_IDS = 1_000
MOST_ENTRIES = 5_000
LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Story:
    """One id and everything that belongs to it; `is_cut` when there is more than one page of the desk follows."""

    mentioned: str
    thing: Thing
    ids: tuple[str, ...]
    is_cut: bool

    @property
    def title(self) -> str:
        """What the log calls the thing, for a heading: "Photo"."""
        return _names().get(self.thing, self.thing.replace("_", " ").capitalize()) if self.thing else _("Unknown id")


@dataclass(frozen=True, slots=True)
class _Tie:
    """Entries of this kind say that the thing in one field owns the thing in the other."""

    action: str
    owner: str
    owned: str
    owner_thing: Thing
    owned_thing: Thing


def story_of(mentioned: str, *, using: str = AUDITOR) -> Story:
    """The id, what it is, and everything that it owns, what it owns owns, and so on, in the order of the log.

    No more than MOST_IDS ids and MOST_ENTRIES entries that tie them are followed.
    """
    thing = _thing_of(mentioned, using=using)
    found, frontier, room = {mentioned: thing}, {mentioned: thing}, MOST_ENTRIES
    ties, is_cut = list(_ties()), False
    while frontier and not is_cut:
        leading = [tie for tie in ties if tie.owner_thing in frontier.values()]
        leaves, is_cut = _tying(frontier, leading, room=room, using=using)
        room -= len(leaves)
        nearby = {one: owned for one, owned in _owned(leaves, leading, frontier) if one not in found}
        is_cut = is_cut or len(found) + len(nearby) > MOST_IDS
        frontier = dict(list(nearby.items())[: MOST_IDS - len(found)])
        found |= frontier
    return Story(mentioned, thing, tuple(found), is_cut)


def _thing_of(mentioned: str, *, using: str) -> Thing:
    """What the first entries about this id call it; a name in their data says more than being their subject."""
    events = Selection(mentioned=mentioned).page(oldest_first=True, size=LOOKED_AT, using=using).events
    named = [name for event in events for name in _names_of(event, mentioned)]
    return named[0] if named else events[0].action.partition(":")[0] if events else ""


def _names_of(event: Event, mentioned: str) -> Iterator[Thing]:
    who, _colon, actor = event.actor.partition(":")
    if actor == mentioned:
        yield who
    leaf = json.loads(event.leaf)
    for name in leaf["data"]:
        if mentioned in _ids(leaf, name):
            yield name


def _ties() -> Iterator[_Tie]:
    for kind in kinds().values():
        for owner, owned in kind.ties:
            yield _Tie(kind.name, owner, owned, _thing(kind, owner), _thing(kind, owned))


def _thing(kind: EventKind, field: str) -> Thing:
    return kind.name.partition(":")[0] if field == "subject" else field


def _tying(frontier: dict[str, Thing], ties: list[_Tie], *, room: int, using: str) -> tuple[list[Leaf], bool]:
    """At most `room` entries that may tie something to these ids, and whether there are more."""
    owning = {tie.owner_thing for tie in ties}
    owners = [one for one, thing in frontier.items() if thing in owning]
    if not owners:
        return [], False
    selected = Selection(mentioned=owners, among=sorted({tie.action for tie in ties}))
    found: list[Leaf] = [json.loads(row.leaf) for row in islice(selected.rows(until=LARGEST, using=using), room + 1)]
    return found[:room], len(found) > room


def _owned(leaves: list[Leaf], ties: list[_Tie], frontier: dict[str, Thing]) -> Iterator[tuple[str, Thing]]:
    by_action: dict[str, list[_Tie]] = defaultdict(list)
    for tie in ties:
        by_action[tie.action].append(tie)
    for leaf in leaves:
        for tie in by_action[leaf["action"]]:
            if any(frontier.get(one) == tie.owner_thing for one in _ids(leaf, tie.owner)):
                yield from ((one, tie.owned_thing) for one in _ids(leaf, tie.owned))


def _ids(leaf: Leaf, field: str) -> list[str]:
    value = leaf["subject"] if field == "subject" else leaf["data"].get(field)
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one is not None]


def _names() -> dict[Thing, str]:
    return {
        "consent": _("Consent"),
        "decision": _("Decision"),
        "invitation": _("Invitation"),
        "key": _("Key"),
        "participant": _("Participant"),
        "person": _("Person in a photo"),
        "photo": _("Photo"),
        "reading": _("Reading"),
        "receipt": _("Receipt"),
        "recipient": _("Recipient"),
        "sending": _("Sending"),
        "staff": _("Staff member"),
        "task": _("Task"),
        "view": _("View of a photo"),
    }
