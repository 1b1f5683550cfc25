"""Which entries to show. Whatever is asked for, a page is read from indexes alone, at most one page of each.

Keys are compared as rows, `(action, index) < (…, …)`, and sorted by both columns: only the index over the two gives
that order, so the planner cannot choose to walk the whole log backwards for an action that is rare and old.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import Event, Mention
from audit.proofs.chain import Row
from audit.queries import paging

AUDITOR = "auditor"
CHUNK = 2000
LARGEST = 2**63 - 1  # of a bigint


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and its parameters, so that a benchmark can ask how it is planned."""

    sql: str
    parameters: dict[str, Any]

    def numbers(self, using: str) -> list[int]:
        """The first column of what it finds."""
        with connections[using].cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            return [number for (number,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries: of these days (UTC, both included), of one kind, mentioning one id or any of several.

    Empty means all; a list without an id in it selects nothing. `among`, beside ids, means any of several kinds.
    """

    first_day: date | None = None
    last_day: date | None = None
    action: str = ""
    mentioned: str | Sequence[str] = ""
    among: Sequence[str] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def page(
        self,
        *,
        before: int | None = None,
        after: int | None = None,
        oldest_first: bool = False,
        size: int | None = None,
        using: str = AUDITOR,
    ) -> paging.Page:
        """At most `size` (paging.PAGE) of the selected entries.

        Newest first, below index `before`; with `oldest_first` or `after` oldest first, above index `after`.
        """
        size = paging.PAGE if size is None else size
        rising = oldest_first or after is not None
        low, high = self._span(using)
        low, high = max(low, -1 if after is None else after), min(high, LARGEST if before is None else before)
        found = self.keys(low, high, rising=rising, limit=size + 1).numbers(using)
        events = Event.objects.using(using).filter(index__in=found[:size]).order_by("index" if rising else "-index")
        return paging.Page(list(events), found[size - 1] if len(found) > size else None)

    def rows(self, *, until: int, using: str = AUDITOR) -> Iterator[Row]:
        """The selected entries below index `until`, oldest first, a page at a time: no transaction is held open."""
        low, high = self._span(using)
        high = min(high, until)
        found: list[int] | None = None
        while found is None or len(found) == CHUNK:
            found = self.keys(low, high, rising=True, limit=CHUNK).numbers(using)
            stored = Event.objects.using(using).filter(index__in=found).order_by("index")
            for index, leaf, leaf_hash, chain in stored.values_list("index", "leaf", "leaf_hash", "chain"):
                yield Row(index, leaf, bytes(leaf_hash), bytes(chain))
            low = found[-1] if found else high

    def days(self) -> list[Query]:
        """What finds the last index before the first day, then the last one before the day after the last day."""
        ends = (self.first_day, self.last_day + timedelta(days=1) if self.last_day else None)
        return [Query(BEFORE_A_MOMENT, {"moment": _midnight(day)}) for day in ends if day]

    def keys(self, low: int, high: int, *, rising: bool, limit: int) -> Query:
        """What finds at most `limit` selected indexes between `low` and `high` (both left out) in order."""
        bounds = {"low": low, "high": high, "limit": limit, "action": self.action, "among": list(self.among)}
        falls = "" if rising else "DESC"
        if self.mentioned != "":
            ids = [self.mentioned] if isinstance(self.mentioned, str) else list(self.mentioned)
            fits = "AND mention.action = %(action)s" if self.action else ""
            fits += " AND mention.action = ANY(%(among)s)" if self.among else ""
            return Query(OF_IDS.format(falls=falls, fits=fits), {**bounds, "ids": ids})
        return Query((OF_AN_ACTION if self.action else OF_ALL).format(falls=falls), bounds)

    def _span(self, using: str) -> tuple[int, int]:
        """The indexes before and behind the selected days: times rise with indexes, so days are spans of them."""
        ends = [max(query.numbers(using), default=-1) for query in self.days()]
        low = ends.pop(0) if self.first_day else -1
        return low, ends.pop(0) + 1 if self.last_day else LARGEST


BEFORE_A_MOMENT = "SELECT index FROM audit.event WHERE at < %(moment)s ORDER BY at DESC, index DESC LIMIT 1"
OF_ALL = """
    SELECT index FROM audit.event WHERE index > %(low)s AND index < %(high)s ORDER BY index {falls} LIMIT %(limit)s"""
OF_AN_ACTION = """
    SELECT index FROM audit.event
    WHERE (action, index) > (%(action)s, %(low)s) AND (action, index) < (%(action)s, %(high)s)
    ORDER BY action {falls}, index {falls} LIMIT %(limit)s"""
# The first of all the ids' entries are among the first of each id's.
OF_IDS = """
    SELECT DISTINCT found.index
    FROM unnest(%(ids)s::text[]) AS about (id)
    CROSS JOIN LATERAL (
        SELECT mention.index FROM audit.mention
        WHERE (mention.id, mention.index) > (about.id, %(low)s) AND (mention.id, mention.index) < (about.id, %(high)s)
        {fits}
        ORDER BY mention.id {falls}, mention.index {falls} LIMIT %(limit)s
    ) AS found
    ORDER BY found.index {falls} LIMIT %(limit)s"""


def mentioning(mentioned: str, *, action: str = "", using: str = "default") -> QuerySet[Event]:
    """Every entry (of one kind) that mentions this id, in order; for ids that few entries mention."""
    found = Mention.objects.using(using).filter(mentioned=mentioned)
    found = found.filter(action=action) if action else found
    return Event.objects.using(using).filter(index__in=found.values("index"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
