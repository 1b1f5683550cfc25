"""The log for other rooms: from its beginning, to compare with their tables, or what followed for many ids at once.

The database checks the form of an entry but does not know what each kind holds. An entry that does not fit its kind can
never be removed, so a room reads entries through `legible`, and nothing that stands in the log stops it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event
from audit.queries.selections import AUDITOR

T = TypeVar("T")
BATCH = 1000
# What a room makes of one entry; raises one of UNFIT for an entry without the fields or ids of its kind.
Read: TypeAlias = Callable[[Event], T]
UNFIT = (KeyError, TypeError, ValueError)
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


def legible(entries: Iterable[Event], read: Read[T]) -> Iterator[tuple[Event, T | None]]:
    """Each entry with what `read` makes of it, None when it does not fit its kind."""
    for entry in entries:
        try:
            yield entry, read(entry)
        except UNFIT:
            yield entry, None


def unreadable(entry: Event) -> str:
    """The line about an entry that does not fit its kind."""
    return f"entry_unreadable {entry.index}"


def told(
    *actions: str, read: Read[T], compare: Callable[[list[tuple[Event, T]]], Iterable[str]], using: str = "default"
) -> Iterator[str]:
    """What `compare` says of every entry of these kinds in the order of the log, at most BATCH at a time.

    Entries that do not fit their kind are named and left out. Reads through a server-side cursor.
    """
    entries = Event.objects.using(using).filter(action__in=actions).order_by("index").defer("leaf_hash", "chain")
    found = legible(entries.iterator(chunk_size=BATCH), read)
    while batch := list(islice(found, BATCH)):
        yield from (unreadable(entry) for entry, fields in batch if fields is None)
        yield from compare([(entry, fields) for entry, fields in batch if fields is not None])


def following(ids: Sequence[str], *, actions: Sequence[str], after: int = -1, using: str = AUDITOR) -> list[Event]:
    """The entries of these kinds behind index `after` that mention one of these ids, oldest first."""
    asked = {"ids": list(ids), "actions": list(actions), "after": after}
    return list(Event.objects.using(using).raw(_FOLLOWING, asked))


def unlike(expected: Mapping[str, Expected], rows: QuerySet[Any]) -> Iterator[str]:
    """A code word and an id for each subject of these kinds of entries whose row is not there, or not as told.

    The first kind is the one with which a row comes to be: one that is not there is named by it, and only once.
    """
    first = next(iter(expected))

    def compare(batch: list[tuple[Event, UUID]]) -> Iterator[str]:
        there = rows.in_bulk({subject for _entry, subject in batch})
        for entry, subject in batch:
            code, is_as_told = expected[entry.action]
            row = there.get(subject)
            if (row is None and entry.action == first) or (row is not None and not is_as_told(row)):
                yield f"{code} {subject}"

    return told(*expected, read=lambda entry: UUID(entry.subject), compare=compare)


def absent(code: str, *actions: str, field: str, rows: QuerySet[Any], key: str) -> Iterator[str]:
    """A code word and an id for each entry of these kinds whose `field` is the id (`key`) of no row."""

    def compare(batch: list[tuple[Event, UUID]]) -> Iterator[str]:
        ids = [named for _entry, named in batch]
        there = set(rows.filter(**{f"{key}__in": ids}).values_list(key, flat=True))
        return (f"{code} {named}" for named in ids if named not in there)

    return told(*actions, read=lambda entry: id_in(entry, field), compare=compare)


def id_in(entry: Event, field: str) -> UUID:
    """The id that a field of the entry holds. Raises KeyError or ValueError when it holds none."""
    return UUID(str(entry.data[field]))
