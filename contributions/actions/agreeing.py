"""Yes on one's own page: for a photo that one is shown in, after a no, and again when it is asked again."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from consent import actions as consent
from consent.models import ConsentNotice, Method
from consent.queries import ConsentState
from contributions.actions import receipts
from contributions.actions.inviting import close_question, take_up
from contributions.actions.leaving import take_out
from contributions.actions.receipts import Decided
from contributions.actions.withdrawing import let_back, locked
from contributions.models import Invitation, Photo
from contributions.queries.cards import PhotoCard
from contributions.queries.person import cards_of
from contributions.transitions import InvitationState


def agree(
    *, participant: UUID, photos: Collection[UUID], scopes: Collection[str], notice: ConsentNotice, decision: UUID
) -> Decided:
    """Agree to photos that wait for this participant's yes, or to which a no can still become one. Mails a receipt.

    `scopes` reach only the photos that allow them; `notice` is the text that was read. Photos of others, and those that
    wait for nothing, are left alone. Raises consent's ResearchNotAgreed and ScopeNotOffered.
    """
    decided = _agree(participant, frozenset(photos), frozenset(scopes), notice, decision)
    receipts.mail(decided, what="agreed")
    return decided


@transaction.atomic
def decline(*, participant: UUID, photos: Collection[UUID], decision: UUID) -> Decided:
    """Say no, unasked so far, to being shown in these photos: they go out of use at once, whoever sent them."""
    by = f"participant:{participant}"
    own = {photo.pk: photo for photo in locked(participant, photos)}
    cards = [card for card in cards_of(participant) if card.id in own and _waits_for_an_answer(card)]
    consent.refuse(subjects=[card.subject for card in cards], decision=decision, by=by, method=Method.PAGE)
    leaving = [own[card.id] for card in cards]
    _close_questions(participant, leaving, decision, {})
    take_out(photos=leaving, decision=decision, by=by)
    return Decided(tuple(card.id for card in cards))


@transaction.atomic
def _agree(
    participant: UUID, photos: frozenset[UUID], scopes: frozenset[str], notice: ConsentNotice, decision: UUID
) -> Decided:
    by = f"participant:{participant}"
    own = {photo.pk: photo for photo in locked(participant, photos)}
    cards = [card for card in cards_of(participant) if card.id in own and (card.can_agree or card.can_agree_again)]
    given = {card.id: scopes & card.allowed for card in cards}
    choices = {card.subject: given[card.id] for card in cards}
    consent.give(choices=choices, notice=notice, decision=decision, by=by, method=Method.PAGE, again=True)
    answered = [own[card.id] for card in cards if _waits_for_an_answer(card)]
    _close_questions(participant, answered, decision, given)
    for photo in answered:
        take_up(photo=photo)
    agreed = [own[card.id] for card in cards]
    back = let_back(photos=[own[card.id] for card in cards if card.withdrawal], decision=decision, by=by)
    decided = receipts.issue(photos=agreed, participant=participant, decision=decision)
    returned = {photo.pk for photo in back}
    out = tuple(card.id for card in cards if card.withdrawal and card.id not in returned)
    return decided.staying_out(out)


def _waits_for_an_answer(card: PhotoCard) -> bool:
    return card.can_agree and card.consent == ConsentState.REQUESTED


def _close_questions(
    participant: UUID, photos: Sequence[Photo], decision: UUID, given: Mapping[UUID, Collection[str]]
) -> None:
    """Close what the mail asked about these photos; what was answered on the page is told as if by the link."""
    asked = Invitation.objects.filter(participant=participant, photo__in=[photo.pk for photo in photos])
    for invitation in asked.select_for_update(of=("self",)).filter(state=InvitationState.ASKED):
        close_question(invitation, decision=decision, scopes=given.get(invitation.photo_id, ()))
