"""Rulings of safety officers: one alone on what is held, two on what a known list has to do with. A lock is at once."""

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions import actions as contributions
from contributions.models import Photo, Step
from screening.actions.holding import SameOfficer
from screening.actions.judging import judge
from screening.actions.verdicts import RulingNotAllowed, append
from screening.models import PassedOn, RulingProposal, RulingReason, Verdict
from screening.queries import held, is_servable, newest_verdict
from screening.queries.known import takes_two
from screening.transitions import TransitionNotAllowed, VerdictState, check

_FIELDS = ("proposal", "photo", "verdict", "reason")
_TIES = (("photo", "proposal"),)
PROPOSED = EventKind(
    "ruling:proposed",
    "{actor} proposed to rule photo {photo} {verdict}, for the reason {reason}; a second officer decides.",
    fields=_FIELDS,
    ties=_TIES,
)
AGREED = EventKind(
    "ruling:agreed",
    "{actor} agreed to rule photo {photo} {verdict}, for the reason {reason}, as another officer had proposed.",
    fields=_FIELDS,
    ties=_TIES,
)
REFUSED = EventKind(
    "ruling:refused",
    "{actor} did not agree to rule photo {photo} {verdict}: everything stays as it was.",
    fields=_FIELDS,
    ties=_TIES,
)
TAKEN_BACK = EventKind(
    "ruling:taken_back",
    "{actor} took back the proposal to rule photo {photo} {verdict}.",
    fields=_FIELDS,
    ties=_TIES,
)
# Which reasons go with which ruling: what is unsafe is not cleared, what is ordinary is not locked.
REASONS: Final[dict[VerdictState, frozenset[RulingReason]]] = {
    VerdictState.CLEAR: frozenset({RulingReason.ORDINARY, RulingReason.LIST_TOOK_IT_BACK, RulingReason.NOT_THE_SAME}),
    VerdictState.HELD: frozenset({RulingReason.UNCLEAR, RulingReason.LIST_TOOK_IT_BACK, RulingReason.NOT_THE_SAME}),
    VerdictState.EXCLUDED: frozenset({RulingReason.UNSAFE, RulingReason.NOT_A_PHOTO, RulingReason.UNCLEAR}),
    VerdictState.LOCKED: frozenset({RulingReason.KNOWN, RulingReason.UNSAFE}),
}
ALONE: Final = (VerdictState.CLEAR, VerdictState.EXCLUDED, VerdictState.LOCKED)


class TakesTwo(Exception):
    """A known list has to do with the photo: one officer proposes, another one decides."""


class ProposalNotPossible(Exception):
    """The photo takes no second officer, is gone, or a proposal about it is open; or state and reason do not fit."""


@transaction.atomic
def rule(*, photo_id: UUID, state: VerdictState, reason: str, by: str, seen: int | None = None) -> Verdict:
    """One officer's ruling on a held photo; `by` is "staff:<id>", `seen` the verdict that was before them.

    A lock needs no `seen`. What was found after that verdict raises a photo again that is ruled clear.
    Raises RulingNotAllowed unless the photo is held (and not on its way out), and the reason is one for this ruling;
    TakesTwo where only a second officer's word would do.
    """
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo_id)
    last = newest_verdict(photo.pk)
    if last is None or not held().filter(pk=photo_id).exists() or state not in ALONE or reason not in REASONS[state]:
        raise RulingNotAllowed
    if seen is not None and seen != last.pk and state != VerdictState.LOCKED:
        raise RulingNotAllowed
    # Locking keeps everybody out, so it never waits for anybody.
    if state != VerdictState.LOCKED and takes_two(photo_id, last):
        raise TakesTwo
    check(last.state, state)
    verdict = append(photo, state, [reason], by=by, lists=last.lists)
    _settle(photo, state)
    return verdict


@transaction.atomic
def propose_ruling(*, photo_id: UUID, state: VerdictState, reason: str, staff_id: UUID) -> RulingProposal:
    """Propose a ruling on a photo that a known list has to do with; nothing moves before another officer agrees.

    Raises ProposalNotPossible, and TransitionNotAllowed when the photo is neither held nor locked.
    """
    photo = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()
    last = newest_verdict(photo.pk) if photo else None
    if photo is None or last is None or not takes_two(photo_id, last):
        raise ProposalNotPossible
    _check(photo, last, state, reason)
    try:
        with transaction.atomic():
            proposal = RulingProposal.objects.create(photo=photo, state=state, reason=reason, proposed_by_id=staff_id)
    except IntegrityError:
        raise ProposalNotPossible from None
    _record(PROPOSED, proposal, staff_id)
    return proposal


@transaction.atomic
def agree(*, proposal_id: UUID, staff_id: UUID) -> Verdict:
    """Agree with another officer's proposal: it becomes the verdict at once.

    Raises SameOfficer, TransitionNotAllowed when the proposal is settled or the photo has moved on, and
    ProposalNotPossible when its bytes are gone.
    """
    proposal, photo = _open(proposal_id)
    if proposal.proposed_by_id == staff_id:
        raise SameOfficer
    last = newest_verdict(photo.pk)
    if last is None:
        raise ProposalNotPossible
    if last.at > proposal.proposed_at:
        raise TransitionNotAllowed("the photo was judged again after this was proposed")
    state = VerdictState(proposal.state)
    _check(photo, last, state, proposal.reason)
    _decide(proposal, staff_id, agreed=True)
    _record(AGREED, proposal, staff_id)
    verdict = append(photo, state, [proposal.reason], by=f"staff:{staff_id}", lists=last.lists)
    _settle(photo, state)
    if last.state == VerdictState.LOCKED:
        # A lock suspended the erasure of what may be due by now.
        contributions.wake_erasure()
    return verdict


@transaction.atomic
def refuse(*, proposal_id: UUID, staff_id: UUID) -> None:
    """Do not agree: everything stays as it was. Raises SameOfficer and TransitionNotAllowed."""
    proposal, _photo = _open(proposal_id)
    if proposal.proposed_by_id == staff_id:
        raise SameOfficer
    _decide(proposal, staff_id, agreed=False)
    _record(REFUSED, proposal, staff_id)


@transaction.atomic
def take_back(*, proposal_id: UUID, staff_id: UUID) -> None:
    """Take one's own proposal back. Raises SameOfficer when it is another officer's, and TransitionNotAllowed."""
    proposal, _photo = _open(proposal_id)
    if proposal.proposed_by_id != staff_id:
        raise SameOfficer
    _decide(proposal, staff_id, agreed=False)
    _record(TAKEN_BACK, proposal, staff_id)


@transaction.atomic
def pass_on(*, photo_id: UUID, staff_id: UUID) -> None:
    """Leave a held photo to another officer. No reason is asked for, and the log does not hold it against anybody."""
    photo = held().filter(pk=photo_id).first()
    if photo is None:
        raise RulingNotAllowed
    PassedOn.objects.get_or_create(photo=photo, staff_id=staff_id)


def _open(proposal_id: UUID) -> tuple[RulingProposal, Photo]:
    """The proposal, locked behind its photo, if nobody settled it."""
    # A proposal's photo never changes, so it is known before either is locked.
    photo = Photo.objects.select_for_update(of=("self",)).get(ruling_proposals=proposal_id)
    proposal = RulingProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if proposal.agreed is not None:
        raise TransitionNotAllowed("the proposal is settled")
    return proposal, photo


def _check(photo: Photo, last: Verdict, state: VerdictState, reason: str) -> None:
    if photo.erased_at is not None or reason not in REASONS[state] or state == VerdictState.LOCKED:
        raise ProposalNotPossible
    if last.state not in {VerdictState.HELD, VerdictState.LOCKED} or last.state == state:
        raise TransitionNotAllowed(f"a verdict {last.state} cannot become {state}")
    check(last.state, state, by_two=True)


def _decide(proposal: RulingProposal, staff_id: UUID, *, agreed: bool) -> None:
    proposal.agreed, proposal.decided_by_id, proposal.decided_at = agreed, staff_id, timezone.now()
    proposal.save(update_fields=["agreed", "decided_by", "decided_at"])


def _settle(photo: Photo, state: VerdictState) -> None:
    """What follows a clear ruling: the received bytes go, and the photo goes on to the annotators."""
    if state != VerdictState.CLEAR:
        return
    # Whatever was found since the verdict that was ruled on raises the photo again at once.
    judge(photo_id=photo.pk)
    now = newest_verdict(photo.pk)
    if now is None or now.state != VerdictState.CLEAR:
        return
    contributions.destroy_received(photo=photo)
    if is_servable(photo.pk):
        contributions.open_steps(photo=photo, phase=Step.Phase.CONSENTED)


def _record(kind: EventKind, proposal: RulingProposal, staff_id: UUID) -> None:
    record(
        kind,
        subject=proposal.pk,
        by=f"staff:{staff_id}",
        proposal=proposal.pk,
        photo=proposal.photo_id,
        verdict=str(proposal.state),
        reason=proposal.reason,
    )
