"""After a restore: what the log tells and the tables lost is put back, so that no answer is forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction

from audit.models import Event
from consent.actions.publishing import publish, worded
from consent.models import ConsentNotice, ConsentRecord, Method, Receipt
from consent.queries.replaying import ACTIONS, NOTICE
from consent.sources import Source, sources

BATCH = 1000
PUBLISHED = "notice:published"
ISSUED = "receipt:issued"
Notices: TypeAlias = dict[tuple[str, ...], ConsentNotice]


class NoticeLost(LookupError):
    """An answer names a notice that is neither published nor among the files, so that nobody knows what was read."""


@transaction.atomic
def replay(*, first: int, size: int) -> int:
    """Append what the log's entries from index `first` up to `size`, not included, tell and the tables lack; how much.

    Records come back with their ids and in their order, receipts with code and fingerprint but without the document
    (the log does not hold it), notices from the files. Records nothing in the log; may be done again. Raises
    NoticeLost, and then nothing came back.
    """
    events = Event.objects.filter(index__gte=first, index__lt=size, action__in=[*ACTIONS, PUBLISHED, ISSUED])
    entries, done = events.order_by("index").iterator(chunk_size=BATCH), 0
    while batch := list(islice(entries, BATCH)):
        done += _notices([event for event in batch if event.action == PUBLISHED])
        done += _records([event for event in batch if event.action in ACTIONS])
        done += _receipts([event for event in batch if event.action == ISSUED])
    return done


def _notices(events: Sequence[Event]) -> int:
    there = set(ConsentNotice.objects.values_list("pk", flat=True))
    wanted = {tuple(event.data[name] for name in NOTICE) for event in events if UUID(event.subject) not in there}
    found = [source for source in sources() if wanted and source.is_open and _named(source) in wanted]
    return sum(publish(source=source, by="system") is not None for source in found)


def _named(source: Source) -> tuple[str, ...]:
    return source.version, source.language.lower(), worded(source)[2]


def _records(events: Sequence[Event]) -> int:
    ids = [event.data["record"] for event in events]
    there = set(ConsentRecord.objects.filter(record_id__in=ids).values_list("record_id", flat=True))
    notices: Notices = {(one.version, one.language.lower(), one.sha256): one for one in ConsentNotice.objects.all()}
    lost = [event for event in events if UUID(event.data["record"]) not in there]
    return len(ConsentRecord.objects.bulk_create([_record(event, notices) for event in lost]))


def _record(event: Event, notices: Notices) -> ConsentRecord:
    data = event.data
    until = data.get("expires_at")
    return ConsentRecord(
        record_id=UUID(data["record"]),
        subject=UUID(event.subject),
        notice=_notice(data, notices) if "sha256" in data else None,
        state=event.action.removeprefix("consent:"),
        scopes=data.get("scopes", []),
        decision=UUID(data["decision"]),
        by=event.actor,
        method=data.get("method", Method.ASKED),
        expires_at=datetime.fromisoformat(until) if until else None,
        at=event.at,
    )


def _notice(data: Mapping[str, Any], notices: Notices) -> ConsentNotice:
    read = tuple(data[name] for name in NOTICE)
    if read not in notices:
        raise NoticeLost(f"Notice {' '.join(read)} is neither published nor among the files.")
    return notices[read]


def _receipts(events: Sequence[Event]) -> int:
    ids = [event.subject for event in events]
    there = set(Receipt.objects.filter(pk__in=ids).values_list("pk", flat=True))
    # An entry from before codes stood in the log tells of a receipt whose code nobody can bring back.
    lost = [event for event in events if UUID(event.subject) not in there and "code" in event.data]
    return len(Receipt.objects.bulk_create([_receipt(event) for event in lost]))


def _receipt(event: Event) -> Receipt:
    data = event.data
    return Receipt(
        id=UUID(event.subject),
        decision=UUID(data["decision"]),
        participant=UUID(data["participant"]),
        code_sha256=bytes.fromhex(data["code"]),
        document_sha256=data["document"],
        issued_at=event.at,
    )
