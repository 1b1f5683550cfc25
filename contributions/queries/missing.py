"""What the log tells of sendings and photos and this room's tables do not know: what a restored backup has lost.

Each line is a code word and an id. The log is read from its beginning, a batch at a time.
"""

from collections.abc import Iterator
from uuid import UUID

from audit.queries import Told, told, unlike
from contributions.models import ConsentSubject, Contribution, Photo, Withdrawal
from contributions.transitions import PhotoState, SendingState

ENDED = frozenset({SendingState.LAPSED, SendingState.STOPPED})
GONE = frozenset({PhotoState.LAPSED, PhotoState.ERASED})
OF_SENDINGS = {
    "sending:started": ("sending_unknown", lambda row: row is not None),
    "sending:sent": ("sending_not_sent", lambda row: row.sent_at is not None),
    "sending:answered": ("sending_not_answered", lambda row: row.state == SendingState.ANSWERED),
    "sending:lapsed": ("sending_not_let_go", lambda row: row.state in ENDED),
    "sending:closed": ("sending_not_over", lambda row: row.closed_at is not None),
}
OF_PHOTOS = {
    "photo:received": ("photo_unknown", lambda row: row is not None),
    "photo:ready": ("photo_not_rebuilt", lambda row: row.state != PhotoState.RECEIVED),
    "photo:refused": ("photo_not_refused", lambda row: row.state in GONE | {PhotoState.REFUSED}),
    "photo:lapsed": ("photo_not_let_go", lambda row: row.state in GONE),
    "photo:erased": ("photo_not_as_erased", lambda row: row.state == PhotoState.ERASED),
}
WITHDRAWN, UNDONE, ERASED = "photo:withdrawn", "photo:withdrawal_cancelled", "photo:erased"


def missing_by_log() -> Iterator[str]:
    """A line for each sending, photo and withdrawal that is not, or does not stand, as the log tells."""
    yield from unlike(OF_SENDINGS, Contribution.objects.only("state", "sent_at", "closed_at"))
    yield from unlike(OF_PHOTOS, Photo.objects.only("state"))
    yield from _subjects()
    yield from _withdrawals()


def _subjects() -> Iterator[str]:
    for batch in told("photo:sent"):
        ids = [entry.data["consent"] for entry in batch]
        there = {
            str(pk): str(photo) for pk, photo in ConsentSubject.objects.filter(pk__in=ids).values_list("pk", "photo")
        }
        yield from (
            f"photo_not_sent {entry.subject}" for entry in batch if there.get(entry.data["consent"]) != entry.subject
        )


def _withdrawals() -> Iterator[str]:
    """Each withdrawal, and what ended it. What is remembered on the way are the withdrawals open at that place."""
    standing: dict[str, str] = {}
    for batch in told(WITHDRAWN, UNDONE, ERASED):
        rows = {
            (str(row.photo_id), str(row.decision)): row
            for row in Withdrawal.objects.filter(photo__in={UUID(entry.subject) for entry in batch})
        }
        for entry in batch:
            if entry.action == WITHDRAWN:
                standing[entry.subject] = entry.data["decision"]
                known = (entry.subject, entry.data["decision"]) in rows
                yield from [] if known else [f"photo_not_withdrawn {entry.subject}"]
                continue
            decision = standing.pop(entry.subject, None)
            row = rows.get((entry.subject, decision or ""))
            yield from _unlike_its_end(entry, row) if row else []


def _unlike_its_end(entry: Told, row: Withdrawal) -> Iterator[str]:
    if entry.action == UNDONE and row.cancelled_at is None:
        yield f"withdrawal_not_taken_back {entry.subject}"
    if entry.action == ERASED and row.erased_at is None:
        yield f"withdrawal_not_carried_out {entry.subject}"
