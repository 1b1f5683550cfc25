"""The log for other rooms: from its beginning, to compare with their tables, or what followed for many ids at once."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from audit.models import Event
from audit.queries.selections import AUDITOR

BATCH = 1000
# The code word of a fault, and whether a row is as an entry tells.
Expected: TypeAlias = tuple[str, Callable[[Any], bool]]
# The index of mentions first, then each entry by its key, however large the log is.
_FOLLOWING = """
    SELECT event.index, event.action, event.actor, event.subject, event.at, event.leaf
    FROM (
        SELECT DISTINCT mention.index
        FROM unnest(%(ids)s::text[]) AS about (id)
        JOIN audit.mention ON mention.id = about.id AND mention.index > %(after)s
        WHERE mention.action = ANY (%(actions)s)
    ) AS found
    JOIN audit.event ON event.index = found.index
    ORDER BY event.index"""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a room reads it."""

    index: int
    action: str
    actor: str
    subject: str
    at: datetime
    leaf: str

    @property
    def data(self) -> dict[str, Any]:
        """The fields recorded with the event, read from the leaf that was hashed."""
        data: dict[str, Any] = json.loads(self.leaf)["data"]
        return data


def told(*actions: str, using: str = "default") -> Iterator[list[Told]]:
    """Every entry of these kinds in the order of the log, at most BATCH at a time, through a server-side cursor."""
    kinds = Event.objects.using(using).filter(action__in=actions).order_by("index")
    rows = kinds.values_list("index", "action", "actor", "subject", "at", "leaf").iterator(chunk_size=BATCH)
    while batch := [Told(*row) for row in islice(rows, BATCH)]:
        yield batch


def following(ids: Sequence[str], *, actions: Sequence[str], after: int = -1, using: str = AUDITOR) -> list[Told]:
    """The entries of these kinds behind index `after` that mention one of these ids, oldest first."""
    asked: dict[str, Any] = {"ids": list(ids), "actions": list(actions), "after": after}
    with connections[using].cursor() as cursor:
        cursor.execute(_FOLLOWING, asked)
        return [Told(*row) for row in cursor.fetchall()]


def unlike(expected: Mapping[str, Expected], rows: QuerySet[Any]) -> Iterator[str]:
    """A code word and an id for each subject of these kinds of entries whose row is not there, or not as told.

    The first kind is the one with which a row comes to be: one that is not there is named by it, and only once.
    """
    first = next(iter(expected))
    for batch in told(*expected):
        there = rows.in_bulk({UUID(entry.subject) for entry in batch})
        for entry in batch:
            code, is_as_told = expected[entry.action]
            row = there.get(UUID(entry.subject))
            if (row is None and entry.action == first) or (row is not None and not is_as_told(row)):
                yield f"{code} {entry.subject}"


def absent(code: str, *actions: str, field: str, rows: QuerySet[Any], key: str) -> Iterator[str]:
    """A code word and an id for each entry of these kinds whose `field` is the id (`key`) of no row."""
    for batch in told(*actions):
        ids = [entry.data[field] for entry in batch]
        there = {str(found) for found in rows.filter(**{f"{key}__in": ids}).values_list(key, flat=True)}
        yield from (f"{code} {named}" for named in ids if named not in there)
