"""The one way into the log, and what its keeper and its operators do with it."""

from django.db import connection

from audit.content import NotForTheLog, Value, canonical, check_actor, check_subject
from audit.copies import refilling, replaying
from audit.copies.behind import LogBehind, NotReplayed, check_before_recording
from audit.copies.refilling import NotRefilled, Refilled
from audit.copies.replaying import REPLAYED, NothingToReplay, Replayed
from audit.keeper import adopting, rounds
from audit.keeper.adopting import NotAdopted
from audit.models import EventKind
from audit.proofs.statements import Statement

__all__ = [
    "LogBehind",
    "NotAdopted",
    "NotForTheLog",
    "NotRefilled",
    "NotReplayed",
    "NothingToReplay",
    "RecordedOutsideTransaction",
    "adopt",
    "keep",
    "record",
    "replay",
    "restore",
]


class RecordedOutsideTransaction(RuntimeError):
    """An event was recorded outside of a transaction, so it could be kept while its change is lost, or the reverse."""


def record(kind: EventKind, /, *, subject: object, by: str, **data: Value) -> None:
    """Record that `by` did this to `subject`. The entry is sealed when the surrounding transaction commits.

    Raises RecordedOutsideTransaction, FieldsDoNotMatch (fields that the kind does not declare, or lacks) and
    NotForTheLog (anything that is not an id, a number, a date or a short code word). Raises LogBehind for a database
    that was restored from a backup and not refilled, NotReplayed for one that was refilled and not replayed.
    """
    if not connection.in_atomic_block:
        raise RecordedOutsideTransaction(f"{kind.name} must be recorded inside transaction.atomic().")
    kind.check_fields(data)
    check_subject(str(subject))
    check_actor(by)
    check_before_recording()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.record(%s, %s, %s, %s)", [kind.name, by, str(subject), canonical(data)])


def keep(*, full: bool = False) -> Statement:
    """Copy and sign what is new, once; what the keeper says of the log then. For the process with the signing key.

    `full`: recompute every entry and read every copy again first. It records nothing: looking does not grow the log.
    """
    return rounds.keep(full=full)


def restore(*, kept: str | None = None) -> Refilled:
    """Refill a restored database from the copies; raises NotRefilled. For an operator with the owner's address."""
    return refilling.refill(kept=kept)


def replay(*, start: int | None = None) -> Replayed:
    """Tell the rooms what was refilled, so that the site may open; what they did. Raises NothingToReplay.

    `start` is an index to begin from when no refill says so: for a restored identity database. For an operator, with
    the run-time roles of both databases.
    """
    return replaying.replay(record=_record_replay, start=start)


def _record_replay(done: Replayed) -> None:
    rows = sum(done.rows.values())
    record(REPLAYED, subject="log", by="system", first=done.first, size=done.size, rows=rows)


def adopt(*, kept: str | None) -> int:
    """Take the newest known checkpoint for what was signed last, when that was lost; its size. Raises NotAdopted.

    `kept` is the newest one that an auditor holds; None when nobody holds any.
    """
    return adopting.adopt(kept=kept)
