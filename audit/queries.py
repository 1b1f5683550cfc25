"""Reading the log: its entries in order, whether it is whole, and what the auditor's desk shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import connections, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules, import_string

from audit.chain import Checked, Columns, End, Row, verify, written
from audit.kinds import declared
from audit.models import Event, EventKind, Head, Verification

__all__ = ["Checked", "End", "Panel", "Row", "Selection", "kinds", "latest_verification", "panels", "story", "verify"]

AUDITOR = "auditor"
CHUNK = 2000


class Panel(TypedDict):
    """Numbers that a room shows at the top of the auditor's desk."""

    title: str
    rows: list[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries: of these days (UTC, both included), of one kind, mentioning one id. Empty means all."""

    first_day: date | None = None
    last_day: date | None = None
    action: str = ""
    mentioned: str = ""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def events(self, *, using: str = AUDITOR) -> QuerySet[Event]:
        """The selected entries, newest first."""
        found = Event.objects.using(using).order_by("-index")
        if self.first_day:
            found = found.filter(at__gte=_midnight(self.first_day))
        if self.last_day:
            found = found.filter(at__lt=_midnight(self.last_day + timedelta(days=1)))
        if self.action:
            found = found.filter(action=self.action)
        if self.mentioned:
            found = found.filter(mentions__contains=[self.mentioned])
        return found


def kinds() -> Mapping[str, EventKind]:
    """Every kind of event that any installed room declares, by name."""
    autodiscover_modules("actions")
    return declared()


def end(*, using: str) -> End:
    """How many entries there are now, and the last chain value."""
    head = Head.objects.using(using).get()
    return End(head.size, bytes(head.chain))


def rows(*, using: str) -> Iterator[Row]:
    """Every entry in order with what the table repeats of its leaf, through a server-side cursor."""
    names = ("index", "leaf", "leaf_hash", "chain", "at", "action", "actor", "subject", "mentions")
    stored = Event.objects.using(using).order_by("index").values_list(*names)
    for index, leaf, leaf_hash, chain, at, action, actor, subject, mentions in stored.iterator(chunk_size=CHUNK):
        columns = Columns(written(at), action, actor, subject, mentions)
        yield Row(index, leaf, bytes(leaf_hash), bytes(chain), columns)


def pages(events: QuerySet[Event], *, until: int) -> Iterator[Row]:
    """These entries below index `until`, oldest first, a page at a time: a slow reader holds no transaction open."""
    events = events.order_by("index").filter(index__lt=until)
    last = -1
    while page := list(events.filter(index__gt=last)[:CHUNK]):
        yield from (_row(event) for event in page)
        last = page[-1].index


def verify_stored(*, using: str) -> Checked:
    """Recompute the whole log in the database and compare its end; constant memory, one snapshot.

    Call it outside of a transaction: entries sealed meanwhile are left for the next time.
    """
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        expected = end(using=using)
        return verify(rows(using=using)).against(expected)


def story(mentioned: str, *, using: str = AUDITOR) -> QuerySet[Event]:
    """Every entry that mentions this id, oldest first."""
    return Selection(mentioned=mentioned).events(using=using).order_by("index")


def latest_verification(*, using: str = AUDITOR) -> Verification | None:
    """The newest regular verification, if one ran yet."""
    return Verification.objects.using(using).order_by("-checked_at").first()


def panels() -> list[Panel]:
    """What settings.AUDIT_PANELS name, in that order."""
    found: Sequence[Callable[[], Panel]] = [import_string(name) for name in settings.AUDIT_PANELS]
    return [panel() for panel in found]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def _row(event: Event) -> Row:
    return Row(event.index, event.leaf, bytes(event.leaf_hash), bytes(event.chain))
