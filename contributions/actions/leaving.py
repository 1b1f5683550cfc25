"""The ways out of use: a photo taken out for a no, and what lapses because nobody agreed to it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions.actions.erasing import close_if_over, move
from contributions.actions.inviting import lapse_invitations
from contributions.actions.steps import open_steps
from contributions.models import UNDER_WAY, Contribution, Photo, Step, Withdrawal
from contributions.queries.leaving import drafts_past_their_time, unanswered_past_their_time
from contributions.transitions import HELD, PhotoState, SendingState, TransitionNotAllowed, check_sending

WITHDRAWN = EventKind(
    "photo:withdrawn",
    "{actor} stopped the use of photo {photo} ({cause}); it is erased after {erase_from}.",
    ("photo", "decision", "erase_from", "cause"),
)
KEPT_OUT = EventKind(
    "photo:kept_out",
    "Photo {photo}, on its way out, stays out whoever takes a no back ({cause}).",
    ("photo", "decision", "cause"),
)
LAPSED = EventKind("photo:lapsed", "Photo {photo} was let go: {reason}.", ("photo", "reason"))
SENDING_LAPSED = EventKind("sending:lapsed", "Sending {sending} was let go: {reason}.", ("sending", "reason"))

# A withdrawal says nothing of itself and is told by these; a lapse by the code word of its reason.
NOT_SENT, NOT_ANSWERED, NOT_AGREED = "not_sent", "not_answered", "not_agreed"
STOPPED, UNREADABLE = "stopped", "unreadable"


@transaction.atomic
def take_out(
    *, photos: Sequence[Photo], decision: UUID, by: str, cause: Withdrawal.Cause = Withdrawal.Cause.OWN_NO
) -> list[Photo]:
    """Stop the use of these photos at once and have them erased after the wait; those that this call took out.

    The caller holds the rows' locks and has written why: a no, a ruling, an end. A photo whose bytes are not there any
    more is left alone; one on its way out already keeps its time, and any cause but a person's own no stays with it.
    """
    under_way = {row.photo_id: row for row in Withdrawal.objects.filter(UNDER_WAY, photo__in=[p.pk for p in photos])}
    leaving = [photo for photo in photos if photo.state in HELD and photo.pk not in under_way]
    erase_from = timezone.now() + timedelta(hours=settings.WITHDRAWAL_WAIT_HOURS)
    for photo in leaving:
        Withdrawal.objects.create(photo=photo, decision=decision, cause=cause, erase_from=erase_from)
        open_steps(photo=photo, phase=Step.Phase.WITHDRAWAL)
        record(
            WITHDRAWN, subject=photo.pk, by=by, photo=photo.pk, decision=decision, erase_from=erase_from, cause=cause
        )
    if cause != Withdrawal.Cause.OWN_NO:
        _keep_out(under_way.values(), decision, by, cause)
    return leaving


@transaction.atomic
def lapse(*, photos: Iterable[Photo], reason: str, by: str) -> None:
    """Let photos go that nobody agreed to: they are erased as soon as a worker comes to it.

    `reason` is a code word. Photos that have lapsed or are erased already are left alone.
    """
    going = _relocked(photos)
    lapse_invitations(photos=going, by=by)
    for photo in going:
        if photo.state in {PhotoState.LAPSED, PhotoState.ERASED}:
            continue
        move(photo, PhotoState.LAPSED, lapsed_at=timezone.now())
        open_steps(photo=photo, phase=Step.Phase.WITHDRAWAL)
        record(LAPSED, subject=photo.pk, by=by, photo=photo.pk, reason=reason)
    wake_erasure()


@transaction.atomic
def lapse_sending(*, sending: UUID, state: SendingState, reason: str, by: str) -> None:
    """End a sending that nobody agreed to (`state` is lapsed or stopped) and let its photos go.

    Raises TransitionNotAllowed when it was answered or has ended.
    """
    contribution = Contribution.objects.select_for_update().get(pk=sending)
    check_sending(contribution.state, state)
    Contribution.objects.filter(pk=sending).update(state=state)
    record(SENDING_LAPSED, subject=sending, by=by, sending=sending, reason=reason)
    lapse(photos=contribution.photos.all(), reason=reason, by=by)
    close_if_over(sending=sending)


def lapse_what_is_late() -> int:
    """Let sendings go that were chosen but not sent in time, or sent but not answered in time; how many."""
    late = [(pk, NOT_SENT) for pk in drafts_past_their_time()]
    late += [(pk, NOT_ANSWERED) for pk in unanswered_past_their_time()]
    ended = 0
    for pk, reason in late:
        try:
            lapse_sending(sending=pk, state=SendingState.LAPSED, reason=reason, by="system")
            ended += 1
        except TransitionNotAllowed:
            continue  # sent or answered in this very moment
    return ended


def wake_erasure() -> None:
    """Send a worker to erase what is due, once the transaction is committed. The sweep makes up for a lost message."""
    send = partial(current_app.send_task, "contributions.tasks.erase", queue="sweep", retry=False)
    transaction.on_commit(send, robust=True)


def _keep_out(rows: Iterable[Withdrawal], decision: UUID, by: str, cause: Withdrawal.Cause) -> None:
    for row in rows:
        if row.cause not in {cause, Withdrawal.Cause.REVOKED}:
            Withdrawal.objects.filter(pk=row.pk).update(cause=cause)
            record(KEPT_OUT, subject=row.photo_id, by=by, photo=row.photo_id, decision=decision, cause=cause)


def _relocked(photos: Iterable[Photo]) -> list[Photo]:
    ids = [photo.pk for photo in photos]
    return list(Photo.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))
