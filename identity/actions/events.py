"""This room's events. They wait in its own database until `record_waiting` has put each into the log, once."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from audit.queries import end, mentioning
from identity.models import LogMark, WaitingEvent
from identity.queries import DELETED, is_replayed

# `waiting` is the id of the row that waited: it makes the way into the log idempotent.
_WAY = ("happened", "waiting")
LINK_REQUESTED = EventKind(
    "link:requested", "A link ({purpose}) was written for participant {subject}.", fields=("purpose", *_WAY)
)
LINK_USED = EventKind("link:used", "Participant {subject} used a link ({purpose}).", fields=("purpose", *_WAY))
ADDRESS_VERIFIED = EventKind(
    "address:verified", "Participant {subject} showed that the address is theirs.", fields=_WAY
)
UPDATES_CHOSEN = EventKind(
    "updates:chosen", "Participant {subject} asked to hear what becomes of the photos.", fields=_WAY
)
UPDATES_STOPPED = EventKind(
    "updates:stopped", "Participant {subject} does not want to be written to any more.", fields=_WAY
)
RECEIPT_WRITTEN = EventKind(
    "receipt:written",
    "A receipt of decision {decision} was written to participant {subject}.",
    fields=("decision", *_WAY),
)
REMINDERS_STOPPED = EventKind(
    "reminders:stopped", "Participant {subject} does not want to be reminded any more.", fields=_WAY
)
REMINDERS_ALLOWED = EventKind("reminders:allowed", "Participant {subject} may be reminded again.", fields=_WAY)
MORE_ASKED = EventKind("more:asked", "Participant {subject} asked to be written to once, in a month.", fields=_WAY)
MORE_OVER = EventKind(
    "more:over",
    "The one mail that participant {subject} asked for was written or let go.",
    fields=_WAY,
)
INVITATIONS_STOPPED = EventKind(
    "invitations:stopped", "Participant {subject} does not want to be invited or reminded again.", fields=_WAY
)
INVITATIONS_ALLOWED = EventKind("invitations:allowed", "Participant {subject} may be invited again.", fields=_WAY)
MAIL_BOUNCED = EventKind(
    "mail:bounced",
    "A mail ({purpose}) to participant {subject} came back for good: {status}.",
    fields=("purpose", "status", *_WAY),
)
IDENTITY_DELETED = EventKind(DELETED, "The address of participant {subject} was deleted.", fields=_WAY)
KINDS = {
    kind.name: kind
    for kind in (
        LINK_REQUESTED,
        LINK_USED,
        ADDRESS_VERIFIED,
        UPDATES_CHOSEN,
        UPDATES_STOPPED,
        RECEIPT_WRITTEN,
        REMINDERS_STOPPED,
        REMINDERS_ALLOWED,
        MORE_ASKED,
        MORE_OVER,
        INVITATIONS_STOPPED,
        INVITATIONS_ALLOWED,
        MAIL_BOUNCED,
        IDENTITY_DELETED,
    )
}


def wait(kind: EventKind, *, participant: UUID, by: str, **data: str) -> None:
    """Keep an event in this room's database, in the transaction of its change, until the sweep records it."""
    WaitingEvent.objects.create(action=kind.name, subject=participant, actor=by, data=data)


def record_waiting(*, limit: int = 500) -> int:
    """Move up to `limit` waiting events into the log, oldest first; the number that was moved.

    The row is locked while its event is recorded and deleted afterwards. Killed in between, the next run finds the
    event in the log by the row's id and only deletes.
    """
    _mark()
    moved = 0
    while moved < limit and _record_one():
        moved += 1
    return moved


@transaction.atomic(using="identity")
def _mark() -> None:
    """Keep how far the log is; see `identity.queries.is_replayed`. Not in a database that lacks deletions."""
    size = end(using="default").size
    if is_replayed():
        LogMark.objects.update_or_create(pk=LogMark.ONLY, defaults={"size": size, "at": timezone.now()})


@transaction.atomic(using="identity")
def _record_one() -> bool:
    row = WaitingEvent.objects.select_for_update(skip_locked=True).order_by("created_at", "pk").first()
    if row is None:
        return False
    with transaction.atomic():
        if not mentioning(str(row.pk), action=row.action).exists():
            happened = timezone.localtime(row.created_at)
            record(KINDS[row.action], subject=row.subject, by=row.actor, **row.data, happened=happened, waiting=row.pk)
    row.delete()
    return True
