"""The ways back out: withdraw, take that back, lapse, erase. Use stops with the decision itself; the rest follows."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.queries import IN_FORCE, ConsentState, current
from contributions.actions import receipts
from contributions.actions.erasing import close_if_over, move
from contributions.actions.receipts import Decided
from contributions.actions.steps import close_steps, open_steps
from contributions.models import UNDER_WAY, Contribution, Photo, Step, Withdrawal
from contributions.queries.leaving import drafts_past_their_time, unanswered_past_their_time
from contributions.queries.person import subjects_of
from contributions.transitions import HELD, PhotoState, SendingState, TransitionNotAllowed, check_sending
from vault.crash import here

WITHDRAWN = EventKind(
    "photo:withdrawn",
    "Use of photo {photo} stopped; it is erased after {erase_from}.",
    ("photo", "decision", "erase_from"),
)
UNDONE = EventKind(
    "photo:withdrawal_cancelled", "The withdrawal of photo {photo} was taken back.", ("photo", "decision")
)
HASTENED = EventKind("photo:erasure_hastened", "Photo {photo} is to be erased now.", ("photo",))
LAPSED = EventKind("photo:lapsed", "Photo {photo} was let go: {reason}.", ("photo", "reason"))
SENDING_LAPSED = EventKind("sending:lapsed", "Sending {sending} was let go: {reason}.", ("sending", "reason"))

# A withdrawal says nothing of itself and is told by these; a lapse by the code word of its reason.
NOT_SENT, NOT_ANSWERED, NOT_AGREED = "not_sent", "not_answered", "not_agreed"
STOPPED, UNREADABLE = "stopped", "unreadable"


class WithdrawalOver(Exception):
    """The wait is over: the photo is being erased or is gone, and the withdrawal cannot be taken back."""


def withdraw(
    *, participant: UUID, photos: Collection[UUID], decision: UUID, method: str, everything: bool = False
) -> Decided:
    """Stop the use of this participant's photos at once, have them erased after the wait, and mail a receipt.

    Photos that are not the participant's, or whose consent is not in force, are left alone. With `everything`, sendings
    that were not answered yet end too. The same decision again changes nothing.
    """
    decided = _withdraw(participant, photos, decision, method, everything=everything)
    here("withdrawal:committed")
    receipts.mail(decided, what="withdrawn")
    return decided


def cancel(*, participant: UUID, photos: Collection[UUID], decision: UUID, method: str) -> Decided:
    """Take withdrawals back: consent stands as before, and the photo takes up its way again. Mails a receipt.

    Raises WithdrawalOver when the time of one of them has come.
    """
    decided = _cancel(participant, photos, decision, method)
    receipts.mail(decided, what="undone")
    return decided


@transaction.atomic
def _withdraw(participant: UUID, photos: Collection[UUID], decision: UUID, method: str, *, everything: bool) -> Decided:
    by = f"participant:{participant}"
    own = _locked(participant, photos)
    subjects = subjects_of(participant, [photo.pk for photo in own])
    records = current(list(subjects.values()))
    leaving = [photo for photo in own if photo.state in HELD and records[subjects[photo.pk]].state in IN_FORCE]
    if everything:
        _stop_unanswered(participant, decision, method)
    if not leaving:
        return Decided(())
    consent.withdraw(subjects=[subjects[photo.pk] for photo in leaving], decision=decision, by=by, method=method)
    erase_from = timezone.now() + timedelta(hours=settings.WITHDRAWAL_WAIT_HOURS)
    for photo in leaving:
        Withdrawal.objects.create(photo=photo, decision=decision, erase_from=erase_from)
        open_steps(photo=photo, phase=Step.Phase.WITHDRAWAL)
        record(WITHDRAWN, subject=photo.pk, by=by, photo=photo.pk, decision=decision, erase_from=erase_from)
    return receipts.issue(photos=leaving, participant=participant, decision=decision)


@transaction.atomic
def _cancel(participant: UUID, photos: Collection[UUID], decision: UUID, method: str) -> Decided:
    by = f"participant:{participant}"
    own = {photo.pk: photo for photo in _locked(participant, photos)}
    under_way = _open_withdrawals(own)
    if not under_way:
        return Decided(())
    if any(row.erase_from <= timezone.now() or own[row.photo_id].state not in HELD for row in under_way):
        raise WithdrawalOver
    back = [own[row.photo_id] for row in under_way]
    subjects = subjects_of(participant, [photo.pk for photo in back])
    consent.renew(subjects=list(subjects.values()), decision=decision, by=by, method=method)
    Withdrawal.objects.filter(pk__in=[row.pk for row in under_way]).update(cancelled_at=timezone.now())
    for photo in back:
        close_steps(photo=photo, phases=frozenset({Step.Phase.WITHDRAWAL}))
        if photo.steps.filter(phase=Step.Phase.INTAKE, done_at__isnull=True).exists():
            # It was stopped halfway in, and what the first steps had found is forgotten.
            open_steps(photo=photo, phase=Step.Phase.INTAKE)
        open_steps(photo=photo, phase=Step.Phase.CONSENTED)
        record(UNDONE, subject=photo.pk, by=by, photo=photo.pk, decision=decision)
    return receipts.issue(photos=back, participant=participant, decision=decision)


@transaction.atomic
def erase_now(*, participant: UUID, photos: Collection[UUID]) -> Decided:
    """End the wait of this participant's withdrawals: the erasure begins once this is committed."""
    by = f"participant:{participant}"
    own = _locked(participant, photos)
    waiting = [row for row in _open_withdrawals({photo.pk: photo for photo in own}) if row.erase_from > timezone.now()]
    Withdrawal.objects.filter(pk__in=[row.pk for row in waiting]).update(erase_from=timezone.now())
    for row in waiting:
        record(HASTENED, subject=row.photo_id, by=by, photo=row.photo_id)
    _wake_erasure()
    return Decided(tuple(row.photo_id for row in waiting))


@transaction.atomic
def lapse(*, photos: Iterable[Photo], reason: str, by: str) -> None:
    """Let photos go that nobody agreed to: they are erased as soon as a worker comes to it.

    `reason` is a code word. Photos that have lapsed or are erased already are left alone.
    """
    for photo in _relocked(photos):
        if photo.state in {PhotoState.LAPSED, PhotoState.ERASED}:
            continue
        move(photo, PhotoState.LAPSED, lapsed_at=timezone.now())
        open_steps(photo=photo, phase=Step.Phase.WITHDRAWAL)
        record(LAPSED, subject=photo.pk, by=by, photo=photo.pk, reason=reason)
    _wake_erasure()


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


def _stop_unanswered(participant: UUID, decision: UUID, method: str) -> None:
    """End what this participant sent and never agreed to."""
    by = f"participant:{participant}"
    for contribution in Contribution.objects.filter(participant=participant, state=SendingState.SENT).order_by("id"):
        subjects = subjects_of(participant, list(contribution.photos.values_list("pk", flat=True)))
        asked = [key for key, row in current(list(subjects.values())).items() if row.state == ConsentState.REQUESTED]
        consent.refuse(subjects=asked, decision=decision, by=by, method=method)
        lapse_sending(sending=contribution.pk, state=SendingState.STOPPED, reason=STOPPED, by=by)


def _locked(participant: UUID, photos: Collection[UUID]) -> list[Photo]:
    own = Photo.objects.filter(pk__in=photos, subjects__participant=participant)
    return list(own.select_for_update(of=("self",)).order_by("pk"))


def _relocked(photos: Iterable[Photo]) -> list[Photo]:
    ids = [photo.pk for photo in photos]
    return list(Photo.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))


def _open_withdrawals(photos: Collection[UUID]) -> list[Withdrawal]:
    return list(Withdrawal.objects.filter(UNDER_WAY, photo__in=list(photos)))


def _wake_erasure() -> None:
    send = partial(current_app.send_task, "contributions.tasks.erase", queue="sweep", retry=False)
    transaction.on_commit(send, robust=True)
