"""What staff do with an open claim: read it, say which photos it is about, rule on each, settle."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions.actions.claiming import move
from contributions.actions.receipts import Decided
from contributions.actions.revoking import Reason, end_use, tell
from contributions.actions.steps import open_steps
from contributions.models import Claim, ClaimedPhoto, Step
from contributions.queries.claims import NOT_SHOWN, SHOWN, can_be_claimed, candidates
from contributions.queries.use import in_use
from contributions.transitions import ClaimState, TransitionNotAllowed
from identity import actions as identity
from vault import actions as vault
from vault.crash import here

READ = EventKind("claim:read", "{actor} read the words of claim {claim}.", fields=("claim",))
ADDED = EventKind(
    "claim:photo_added",
    "{actor} added photo {photo} to claim {claim}.",
    fields=("claim", "photo"),
    ties=(("claim", "photo"), ("photo", "claim")),
)
RULED = EventKind(
    "claim:photo_ruled",
    "{actor} ruled on photo {photo} for claim {claim}: {ruling}.",
    fields=("claim", "photo", "ruling"),
    ties=(("claim", "photo"), ("photo", "claim")),
)
SETTLED = EventKind(
    "claim:settled",
    "{actor} settled claim {claim}; photos ended: {ended}, photos that are not about the person: {others}.",
    fields=("claim", "ended", "others"),
)
RELEASED = EventKind(
    "claim:sender_released",
    "{actor} put back what the sender named in claim {claim} had sent, but for the photos added to the claim.",
    fields=("claim",),
)


class NotACandidate(Exception):
    """There is no such photo, it is gone, or nobody has sent it yet; or the claim does not name it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the person wrote, and whether about themselves ("me") or a child of theirs ("child").

    `picture` is the PDQ hash of a picture that they hold, as 64 hexadecimal digits; empty where they chose none.
    """

    about: str
    words: str
    picture: str = ""


@transaction.atomic
def read(*, claim_id: UUID, staff_id: UUID) -> Written:
    """The words of an open claim, once it stands in the log who reads them. Raises TransitionNotAllowed."""
    claim = _opened(claim_id)
    record(READ, subject=claim_id, by=_actor(staff_id), claim=claim_id)
    return Written(**json.loads(vault.read(claim.words)))


@transaction.atomic
def add(*, claim_id: UUID, photo_id: UUID, staff_id: UUID) -> None:
    """Say that an open claim may be about this photo: it is out of use from now on. A second time does nothing.

    Raises NotACandidate and TransitionNotAllowed.
    """
    claim = _opened(claim_id)
    if not can_be_claimed(photo_id):
        raise NotACandidate
    _named(claim, photo_id, staff_id)


@transaction.atomic
def rule(*, claim_id: UUID, photo_id: UUID, ruling: str, staff_id: UUID) -> None:
    """Say whether the person is shown on a photo of an open claim; may be changed until it is settled.

    `ruling` is a value of ClaimedPhoto.Ruling. Raises NotACandidate and TransitionNotAllowed.
    """
    claim = _opened(claim_id)
    photo = candidates(claim).filter(pk=photo_id).first()
    if photo is None:
        raise NotACandidate
    named = _named(claim, photo_id, staff_id)
    ruling = ClaimedPhoto.Ruling(ruling).value
    if named.ruling == ruling:
        return
    by = _actor(staff_id)
    ClaimedPhoto.objects.filter(pk=named.pk).update(ruling=ruling, ruled_by=by, ruled_at=timezone.now())
    record(RULED, subject=claim_id, by=by, claim=claim_id, photo=photo_id, ruling=ruling)
    if ruling == NOT_SHOWN:
        _return([photo_id])


@transaction.atomic
def release_sender(*, claim_id: UUID, staff_id: UUID) -> None:
    """Put the sender's photos back into use while a claim stays open, but for those that officers added or ruled shown.

    A second time does nothing. Raises TransitionNotAllowed.
    """
    claim = _opened(claim_id)
    if not claim.blocks:
        return
    Claim.objects.filter(pk=claim_id).update(blocks=False)
    record(RELEASED, subject=claim_id, by=_actor(staff_id), claim=claim_id)
    _return(set(candidates(claim).values_list("pk", flat=True)))


def settle(*, claim_id: UUID, staff_id: UUID) -> None:
    """Settle an open claim for good: photos ruled shown are ended, no other is held any more, the person is answered.

    The words and the address are let go. Raises TransitionNotAllowed.
    """
    participant, decided = _settle(claim_id, staff_id)
    here("claim:settled")
    tell(decided)
    answer(claim_id=claim_id, participant=participant)


def answer(*, claim_id: UUID, participant: UUID) -> None:
    """Answer a settled claim, the same words whatever was found, and let its address go. May be done again."""
    identity.send_claim_answer(participant=participant, claim=claim_id)
    here("claim:answered")
    identity.drop_keep(subject=claim_id)


@transaction.atomic
def _settle(claim_id: UUID, staff_id: UUID) -> tuple[UUID, list[Decided]]:
    claim, by = _opened(claim_id), _actor(staff_id)
    about = set(candidates(claim).values_list("pk", flat=True))
    shown = about & set(claim.photos.filter(ruling=SHOWN).values_list("photo", flat=True))
    ended, decided = end_use(photos=shown, by=by, reason=Reason.CLAIM)
    move(claim, ClaimState.SETTLED, by=by, found=bool(shown))
    record(SETTLED, subject=claim_id, by=by, claim=claim_id, ended=len(ended), others=len(about - shown))
    _return(about - shown)
    return claim.participant, decided


def _opened(claim_id: UUID) -> Claim:
    """The claim, locked, if staff are to look at it."""
    claim = Claim.objects.select_for_update(of=("self",)).select_related("key", "words__key").get(pk=claim_id)
    if claim.state != ClaimState.OPEN:
        raise TransitionNotAllowed(f"a claim that is {claim.state} is not looked at")
    return claim


def _named(claim: Claim, photo_id: UUID, staff_id: UUID) -> ClaimedPhoto:
    by = _actor(staff_id)
    named, is_new = ClaimedPhoto.objects.get_or_create(claim=claim, photo_id=photo_id, defaults={"added_by": by})
    if is_new:
        record(ADDED, subject=claim.pk, by=by, claim=claim.pk, photo=photo_id)
    return named


def _return(photos: Collection[UUID]) -> None:
    """Let the rooms above take up again what is in use again: what they would have done meanwhile was left out."""
    for photo in in_use().filter(pk__in=photos):
        open_steps(photo=photo, phase=Step.Phase.CONSENTED)


def _actor(staff_id: UUID) -> str:
    return f"staff:{staff_id}"
