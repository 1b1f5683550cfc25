"""What the log tells of sendings and photos and this room's tables do not know: what a restored backup has lost.

Each line is a code word and an id. The log is read from its beginning, a batch at a time.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from audit.models import Event
from audit.queries import id_in, told, unlike
from contributions.models import CampaignMove, ConsentSubject, Contribution, Invitation, Photo, Withdrawal
from contributions.queries.campaign_state import moved_at
from contributions.queries.claims import missing_claims
from contributions.transitions import InvitationState, PhotoState, SendingState

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
OF_INVITATIONS = {
    "invitation:asked": ("invitation_not_asked", lambda row: row is not None and row.asked_at is not None),
    "invitation:answered": ("invitation_not_answered", lambda row: row.state == InvitationState.ANSWERED),
    "invitation:lapsed": ("invitation_not_let_go", lambda row: row.state == InvitationState.LAPSED),
}
WITHDRAWN, UNDONE, ERASED = "photo:withdrawn", "photo:withdrawal_cancelled", "photo:erased"


def missing_by_log() -> Iterator[str]:
    """A line for each sending, photo, invitation, withdrawal and claim that does not stand as the log tells."""
    yield from unlike(OF_SENDINGS, Contribution.objects.only("state", "sent_at", "closed_at"))
    yield from unlike(OF_PHOTOS, Photo.objects.only("state"))
    yield from unlike(OF_INVITATIONS, Invitation.objects.only("state", "asked_at"))
    yield from missing_claims()
    yield from told("campaign:moved", read=moved_at, compare=_not_moved)
    yield from told("photo:sent", read=lambda entry: (UUID(entry.subject), id_in(entry, "consent")), compare=_not_sent)
    # What is remembered on the way are the withdrawals that are open at that place of the log.
    standing: dict[UUID, UUID] = {}
    yield from told(WITHDRAWN, UNDONE, ERASED, read=_of_a_withdrawal, compare=partial(_unlike_withdrawals, standing))


def _not_sent(batch: list[tuple[Event, tuple[UUID, UUID]]]) -> Iterator[str]:
    asked = ConsentSubject.objects.filter(pk__in=[consent for _entry, (_photo, consent) in batch])
    there = dict(asked.values_list("pk", "photo"))
    return (f"photo_not_sent {photo}" for _entry, (photo, consent) in batch if there.get(consent) != photo)


def _not_moved(batch: list[tuple[Event, datetime]]) -> Iterator[str]:
    there = set(CampaignMove.objects.values_list("at", flat=True))
    return (f"campaign_not_moved {entry.index}" for entry, at in batch if at not in there)


def _of_a_withdrawal(entry: Event) -> tuple[UUID, UUID | None]:
    return UUID(entry.subject), id_in(entry, "decision") if entry.action == WITHDRAWN else None


def _unlike_withdrawals(
    standing: dict[UUID, UUID], batch: list[tuple[Event, tuple[UUID, UUID | None]]]
) -> Iterator[str]:
    """Each withdrawal, and what ended it, that is not as the log tells."""
    photos = {photo for _entry, (photo, _decision) in batch}
    rows = {(row.photo_id, row.decision): row for row in Withdrawal.objects.filter(photo__in=photos)}
    for entry, (photo, decision) in batch:
        if decision is not None:
            standing[photo] = decision
            yield from [] if (photo, decision) in rows else [f"photo_not_withdrawn {photo}"]
            continue
        ended = standing.pop(photo, None)
        row = rows.get((photo, ended)) if ended else None
        yield from _unlike_its_end(entry, row) if row else []


def _unlike_its_end(entry: Event, row: Withdrawal) -> Iterator[str]:
    if entry.action == UNDONE and row.cancelled_at is None:
        yield f"withdrawal_not_taken_back {entry.subject}"
    if entry.action == ERASED and row.erased_at is None:
        yield f"withdrawal_not_carried_out {entry.subject}"
