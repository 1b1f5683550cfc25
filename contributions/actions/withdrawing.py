"""A person's own no, and taking it back: for photos given, for oneself in a photo, for somebody else shown in it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import Method
from consent.queries import ConsentState, current, stale
from contributions.actions import receipts
from contributions.actions.leaving import STOPPED, lapse_sending, take_out, wake_erasure
from contributions.actions.receipts import Decided
from contributions.actions.steps import close_steps, open_steps
from contributions.models import UNDER_WAY, Basis, ConsentSubject, Contribution, Person, Photo, Step, Withdrawal
from contributions.queries.cards import OWN_NO
from contributions.queries.person import subjects_of
from contributions.queries.renewal import AGREED_ONCE
from contributions.transitions import HELD, SendingState
from vault.crash import here

UNDONE = EventKind(
    "photo:withdrawal_cancelled", "The withdrawal of photo {photo} was taken back.", ("photo", "decision")
)
HASTENED = EventKind("photo:erasure_hastened", "Photo {photo} is to be erased now.", ("photo",))
PERSON_WITHDRAWN = EventKind(
    "person:withdrawn",
    "The giver of photo {photo} said that person {person} does not agree any more.",
    ("photo", "person", "decision"),
    ties=(("photo", "person"),),
)


class WithdrawalOver(Exception):
    """The wait is over: the photo is being erased or is gone, and the withdrawal cannot be taken back."""


def withdraw(
    *,
    participant: UUID,
    photos: Collection[UUID],
    decision: UUID,
    method: str,
    everything: bool = False,
    person: UUID | None = None,
) -> Decided:
    """Say no for this participant: to photos they gave, or to being shown in one. Use stops at once for everybody.

    The photos are erased after the wait, a receipt is mailed; what others answered stays as it is. With `person`, the
    giver says that this one shown in a photo took the word back: that photo goes out. With `everything`, sendings that
    were not answered yet end too: Decided.stopped says whether there were any. Photos that the participant never agreed
    to, or that are gone, are left alone; one that goes out for another's no gets this no, too. The same decision again
    changes nothing.
    """
    decided = take_back(
        participant=participant, photos=photos, decision=decision, method=method, everything=everything, person=person
    )
    here("withdrawal:committed")
    receipts.mail(decided, what="withdrawn")
    return decided


def cancel(*, participant: UUID, photos: Collection[UUID], decision: UUID, method: str) -> Decided:
    """Take a no back: the participant's consent stands as before. Mails a receipt.

    A photo takes up its way again when nobody else said no and nothing else keeps it out: Decided.still_out names
    those that stay out. Raises WithdrawalOver when the time of one of them has come.
    """
    decided = _cancel(participant, photos, decision, method)
    receipts.mail(decided, what="undone")
    return decided


@transaction.atomic
def erase_now(*, participant: UUID, photos: Collection[UUID]) -> Decided:
    """End the wait for photos to which this participant's no stands: the erasure begins once this is committed."""
    by = f"participant:{participant}"
    said_no = _to_which_no_stands(participant, locked(participant, photos))
    waiting = [row for row in _open_withdrawals(said_no) if row.erase_from > timezone.now()]
    Withdrawal.objects.filter(pk__in=[row.pk for row in waiting]).update(erase_from=timezone.now())
    for row in waiting:
        record(HASTENED, subject=row.photo_id, by=by, photo=row.photo_id)
    wake_erasure()
    return Decided(tuple(row.photo_id for row in waiting))


def let_back(*, photos: Sequence[Photo], decision: UUID, by: str) -> list[Photo]:
    """Close the withdrawals of these locked photos where nobody's no stands any more; the photos that are back.

    What nobody agreed to again in time comes back when everybody has; what we ended ourselves stays out.
    """
    own = {photo.pk: photo for photo in photos}
    out = {
        Withdrawal.Cause.OWN_NO: _with_anybodys_no(own),
        Withdrawal.Cause.EXPIRED: _with_anybodys_no(own) | _not_agreed_again(own),
        Withdrawal.Cause.REVOKED: set(own),
    }
    rows = [row for row in _open_withdrawals(own) if row.photo_id not in out[Withdrawal.Cause(row.cause)]]
    Withdrawal.objects.filter(pk__in=[row.pk for row in rows]).update(cancelled_at=timezone.now())
    back = [own[row.photo_id] for row in rows]
    for photo in back:
        close_steps(photo=photo, phases=frozenset({Step.Phase.WITHDRAWAL}))
        if photo.steps.filter(phase=Step.Phase.INTAKE, done_at__isnull=True).exists():
            # It was stopped halfway in, and what the first steps had found is forgotten.
            open_steps(photo=photo, phase=Step.Phase.INTAKE)
        open_steps(photo=photo, phase=Step.Phase.CONSENTED)
        record(UNDONE, subject=photo.pk, by=by, photo=photo.pk, decision=decision)
    return back


def locked(participant: UUID, photos: Collection[UUID]) -> list[Photo]:
    """Those of the photos that the participant is asked about, for the transaction's own."""
    own = Photo.objects.filter(pk__in=photos, subjects__participant=participant)
    return list(own.select_for_update(of=("self",)).order_by("pk"))


@transaction.atomic
def take_back(
    *,
    participant: UUID,
    photos: Collection[UUID],
    decision: UUID,
    method: str,
    everything: bool = False,
    person: UUID | None = None,
) -> Decided:
    """Do as `withdraw` does, in the caller's transaction; the receipt is to be mailed once that is committed."""
    by = f"participant:{participant}"
    shown = _somebody_else_in(participant, person) if person else None
    if person and shown is None:
        return Decided(())
    # Before any photo is locked: sendings come first, everywhere.
    stopped = everything and _stop_unanswered(participant, decision, method)
    leaving = _able(participant, locked(participant, [shown.photo_id] if shown else photos))
    if not leaving:
        return Decided((), stopped=stopped)
    subjects = subjects_of(participant, [photo.pk for photo in leaving])
    consent.withdraw(subjects=list(subjects.values()), decision=decision, by=by, method=method)
    if shown:
        record(
            PERSON_WITHDRAWN, subject=shown.photo_id, by=by, photo=shown.photo_id, person=shown.pk, decision=decision
        )
    take_out(photos=leaving, decision=decision, by=by)
    return replace(receipts.issue(photos=leaving, participant=participant, decision=decision), stopped=stopped)


@transaction.atomic
def _cancel(participant: UUID, photos: Collection[UUID], decision: UUID, method: str) -> Decided:
    by = f"participant:{participant}"
    own = {photo.pk: photo for photo in locked(participant, photos)}
    withdrawn = _to_which_no_stands(participant, list(own.values()), frozenset({ConsentState.WITHDRAWN}))
    under_way = _open_withdrawals(withdrawn)
    if not under_way:
        return Decided(())
    if any(row.erase_from <= timezone.now() or own[row.photo_id].state not in HELD for row in under_way):
        raise WithdrawalOver
    again = [own[row.photo_id] for row in under_way]
    subjects = subjects_of(participant, [photo.pk for photo in again])
    consent.renew(subjects=list(subjects.values()), decision=decision, by=by, method=method)
    back = {photo.pk for photo in let_back(photos=again, decision=decision, by=by)}
    decided = receipts.issue(photos=again, participant=participant, decision=decision)
    return decided.staying_out(tuple(photo.pk for photo in again if photo.pk not in back))


def _able(participant: UUID, photos: Sequence[Photo]) -> list[Photo]:
    """The photos that this participant agreed to once and that can still be stopped."""
    subjects = subjects_of(participant, [photo.pk for photo in photos])
    records = current(subjects.values())
    over = Withdrawal.objects.filter(UNDER_WAY, photo__in=list(subjects), erase_from__lte=timezone.now())
    gone = set(over.values_list("photo", flat=True))
    able = (photo for photo in photos if photo.state in HELD and photo.pk not in gone)
    return [photo for photo in able if records[subjects[photo.pk]].state in AGREED_ONCE]


def _somebody_else_in(participant: UUID, person: UUID) -> Person | None:
    """This marked person, where the participant gave the photo and is somebody else."""
    theirs = Person.objects.filter(pk=person, photo__contribution__participant=participant)
    return theirs.exclude(basis__in=["", Basis.SELF]).first()


def _to_which_no_stands(
    participant: UUID, photos: Sequence[Photo], states: frozenset[ConsentState] = OWN_NO
) -> list[UUID]:
    subjects = subjects_of(participant, [photo.pk for photo in photos])
    records = current(subjects.values())
    return [photo for photo, subject in subjects.items() if subject in records and records[subject].state in states]


def _with_anybodys_no(photos: Collection[UUID]) -> set[UUID]:
    """Those of the photos to which the no of anybody shown, of the giver or of ours stands."""
    subjects = dict(ConsentSubject.objects.filter(photo__in=list(photos)).values_list("pk", "photo"))
    no = OWN_NO | {ConsentState.REVOKED}
    # A question that ended by itself is no answer, and nobody's no.
    standing = current(subjects).items()
    return {subjects[key] for key, row in standing if row.state in no and row.method != Method.LAPSE}


def _not_agreed_again(photos: Collection[UUID]) -> set[UUID]:
    """Those of the photos for which the agreement of anybody shown, or of the giver, has ended by time."""
    subjects = dict(ConsentSubject.objects.filter(photo__in=list(photos)).values_list("pk", "photo"))
    ended = {key for key, row in current(subjects).items() if row.state == ConsentState.EXPIRED} | stale(subjects)
    return {subjects[key] for key in ended}


def _stop_unanswered(participant: UUID, decision: UUID, method: str) -> bool:
    """End what this participant sent and never agreed to; whether there was any."""
    by = f"participant:{participant}"
    unanswered = Contribution.objects.filter(participant=participant, state=SendingState.SENT)
    sendings = list(unanswered.select_for_update().order_by("pk"))
    for contribution in sendings:
        subjects = subjects_of(participant, list(contribution.photos.values_list("pk", flat=True)))
        asked = [key for key, row in current(list(subjects.values())).items() if row.state == ConsentState.REQUESTED]
        consent.refuse(subjects=asked, decision=decision, by=by, method=method)
        lapse_sending(sending=contribution.pk, state=SendingState.STOPPED, reason=STOPPED, by=by)
    return bool(sendings)


def _open_withdrawals(photos: Collection[UUID]) -> list[Withdrawal]:
    return list(Withdrawal.objects.filter(UNDER_WAY, photo__in=list(photos)))
