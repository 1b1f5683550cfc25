"""How a record comes to be: one appended row and one event for each subject, one decision at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent.actions import events
from consent.models import ConsentNotice, ConsentRecord
from consent.queries import current
from consent.transitions import ConsentState, check

KINDS: dict[ConsentState, EventKind] = {
    ConsentState.REQUESTED: events.REQUESTED,
    ConsentState.GIVEN: events.GIVEN,
    ConsentState.RENEWED: events.RENEWED,
    ConsentState.REFUSED: events.REFUSED,
    ConsentState.WITHDRAWN: events.WITHDRAWN,
    ConsentState.REVOKED: events.REVOKED,
    ConsentState.EXPIRED: events.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Next:
    """What will stand for one subject."""

    state: ConsentState
    notice: ConsentNotice | None = None
    scopes: list[str] = field(default_factory=list)
    expires_at: datetime | None = None


def append(wanted: Mapping[UUID, Next], *, decision: UUID, by: str, method: str, now: datetime | None = None) -> None:
    """Append a record for each subject that this decision has not reached yet, and its event; all at one moment.

    Raises TransitionNotAllowed, and then for none of them.
    """
    lock(wanted)
    done = set(ConsentRecord.objects.filter(subject__in=wanted, decision=decision).values_list("subject", flat=True))
    before, now = current(wanted), now or timezone.now()
    fresh = []
    for subject, following in wanted.items():
        if subject in done:
            continue
        check(ConsentState(before[subject].state) if subject in before else None, following.state)
        fresh.append(
            ConsentRecord(
                subject=subject,
                notice=following.notice,
                state=following.state,
                scopes=following.scopes,
                expires_at=following.expires_at,
                decision=decision,
                by=by,
                method=method,
                at=now,
            )
        )
    for one in ConsentRecord.objects.bulk_create(fresh):
        _record_event(one)


def lock(subjects: Iterable[UUID]) -> None:
    """Let one decision at a time speak about a subject until the transaction ends; in one order, against deadlocks."""
    keys = sorted({int.from_bytes(subject.bytes[:8], signed=True) for subject in subjects})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _record_event(one: ConsentRecord) -> None:
    kind = KINDS[ConsentState(one.state)]
    notice = one.notice
    told: dict[str, Any] = {"record": one.record_id, "decision": one.decision, "method": one.method}
    if notice is not None:
        told |= {"notice": notice.version, "language": notice.language.lower(), "sha256": notice.sha256}
        told["scopes"] = one.scopes
    if one.expires_at is not None:
        told["expires_at"] = one.expires_at
    record(kind, subject=one.subject, by=one.by, **{name: told[name] for name in told if name in kind.all_fields})
