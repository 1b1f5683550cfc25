"""Legal holds: the law obliges us to keep a photo. One officer proposes, another one confirms, both ways.

A hold stops the erasure and nothing else: use of the photo ends when it ends for everybody else.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions import actions as contributions
from contributions.models import Photo
from screening.models import LegalHold
from screening.transitions import HoldState, TransitionNotAllowed, check_hold

_FIELDS = ("hold", "photo")
_TIES = (("photo", "hold"),)
PROPOSED = EventKind(
    "hold:proposed", "{actor} proposed legal hold {hold} of photo {photo}.", fields=_FIELDS, ties=_TIES
)
PLACED = EventKind(
    "hold:placed", "{actor} confirmed legal hold {hold}: photo {photo} is not erased.", fields=_FIELDS, ties=_TIES
)
LIFTING = EventKind(
    "hold:lifting", "{actor} proposed to lift legal hold {hold} of photo {photo}.", fields=_FIELDS, ties=_TIES
)
KEPT = EventKind(
    "hold:kept", "{actor} did not agree to lift legal hold {hold} of photo {photo}.", fields=_FIELDS, ties=_TIES
)
LIFTED = EventKind(
    "hold:lifted",
    "{actor} lifted legal hold {hold} of photo {photo}: what is due is erased.",
    fields=_FIELDS,
    ties=_TIES,
)
DROPPED = EventKind(
    "hold:dropped", "{actor} took back the proposal of legal hold {hold} of photo {photo}.", fields=_FIELDS, ties=_TIES
)


class SameOfficer(Exception):
    """This step takes another officer than the one who proposed it."""


class HoldNotPossible(Exception):
    """There is no such photo, its bytes are gone already, or a hold of it is open."""


@transaction.atomic
def propose(*, photo_id: UUID, reference: str, staff_id: UUID) -> LegalHold:
    """Propose that a photo is kept; nothing is held until another officer confirms.

    `reference` is the number of the order in the custodian's own files: at most 60 characters, no name. Raises
    HoldNotPossible.
    """
    # Locked as the erasure locks it: a hold is there before it, or comes too late.
    photo = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()
    if photo is None or photo.erased_at is not None:
        raise HoldNotPossible
    try:
        with transaction.atomic():
            hold = LegalHold.objects.create(photo=photo, reference=reference, proposed_by_id=staff_id)
    except IntegrityError:
        raise HoldNotPossible from None
    _record(PROPOSED, hold, staff_id)
    return hold


@transaction.atomic
def place(*, hold_id: UUID, staff_id: UUID) -> None:
    """Confirm a proposed hold: from now on the photo is not erased.

    Raises SameOfficer, TransitionNotAllowed, and HoldNotPossible when the bytes were erased before a second officer
    came to it.
    """
    hold = _step(hold_id, HoldState.PLACED, before=HoldState.PROPOSED)
    if hold.proposed_by_id == staff_id:
        raise SameOfficer
    if hold.photo.erased_at is not None:
        raise HoldNotPossible
    _move(hold, HoldState.PLACED, placed_by_id=staff_id, placed_at=timezone.now())
    _record(PLACED, hold, staff_id)


@transaction.atomic
def drop(*, hold_id: UUID, staff_id: UUID) -> None:
    """Take a proposal back that nobody confirmed. Raises TransitionNotAllowed."""
    hold = _step(hold_id, HoldState.DROPPED)
    _move(hold, HoldState.DROPPED)
    _record(DROPPED, hold, staff_id)


@transaction.atomic
def propose_lifting(*, hold_id: UUID, staff_id: UUID) -> None:
    """Propose to lift a hold; it stands until another officer confirms. Raises TransitionNotAllowed."""
    hold = _step(hold_id, HoldState.LIFTING)
    _move(hold, HoldState.LIFTING, lifting_by_id=staff_id, lifting_at=timezone.now())
    _record(LIFTING, hold, staff_id)


@transaction.atomic
def lift(*, hold_id: UUID, staff_id: UUID) -> None:
    """Lift a hold that another officer proposed to lift: what is due is erased at once.

    Raises SameOfficer and TransitionNotAllowed.
    """
    hold = _step(hold_id, HoldState.LIFTED)
    if hold.lifting_by_id == staff_id:
        raise SameOfficer
    _move(hold, HoldState.LIFTED, lifted_by_id=staff_id, lifted_at=timezone.now())
    _record(LIFTED, hold, staff_id)
    contributions.wake_erasure()


@transaction.atomic
def refuse_lifting(*, hold_id: UUID, staff_id: UUID) -> None:
    """Leave a hold in place that somebody proposed to lift. Raises TransitionNotAllowed."""
    hold = _step(hold_id, HoldState.PLACED, before=HoldState.LIFTING)
    _move(hold, HoldState.PLACED, lifting_by_id=None, lifting_at=None)
    _record(KEPT, hold, staff_id)


def _step(hold_id: UUID, after: HoldState, *, before: HoldState | None = None) -> LegalHold:
    """The hold, locked behind its photo, if it may take this step; `before` says which of two that lead there."""
    # A hold's photo never changes, so it is known before either is locked.
    Photo.objects.select_for_update(of=("self",)).get(holds=hold_id)
    hold = LegalHold.objects.select_for_update(of=("self",)).select_related("photo").get(pk=hold_id)
    check_hold(hold.state, after)
    if before is not None and hold.state != before:
        raise TransitionNotAllowed(f"a hold that is {hold.state} is not {before}")
    return hold


def _move(hold: LegalHold, state: HoldState, **fields: object) -> None:
    LegalHold.objects.filter(pk=hold.pk).update(state=state, **fields)


def _record(kind: EventKind, hold: LegalHold, staff_id: UUID) -> None:
    record(kind, subject=hold.pk, by=f"staff:{staff_id}", hold=hold.pk, photo=hold.photo_id)
