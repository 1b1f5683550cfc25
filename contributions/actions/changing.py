"""What was agreed to before, changed later on the person's own page: scope by scope, one photo or all."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from consent import actions as consent
from consent.models import ConsentNotice, Method, Scope
from contributions.actions import receipts
from contributions.actions.receipts import Decided
from contributions.actions.withdrawing import locked
from contributions.queries.person import cards_of


def change(
    *, participant: UUID, photos: Collection[UUID], choices: Mapping[str, bool], notice: ConsentNotice, decision: UUID
) -> Decided:
    """Change what photos agreed to before may be used for: yes or no for each scope, and what is not named stays.

    The giver's own photos and those that the participant is shown in alike, each by the participant's own consent.
    Research always stays, or it would be a withdrawal. The same decision again changes nothing. Mails a receipt.
    """
    decided = _change(participant, frozenset(photos), choices, notice, decision)
    receipts.mail(decided, what="changed")
    return decided


@transaction.atomic
def _change(
    participant: UUID, photos: frozenset[UUID], choices: Mapping[str, bool], notice: ConsentNotice, decision: UUID
) -> Decided:
    own = {photo.pk: photo for photo in locked(participant, photos)}
    cards = [card for card in cards_of(participant) if card.id in own and card.is_agreed]
    yes = {scope for scope, agreed in choices.items() if agreed}
    no = {scope for scope, agreed in choices.items() if not agreed} - {Scope.RESEARCH}
    wanted = {card.id: (({*card.scopes} | yes) - no) & card.allowed for card in cards}
    changed = [card for card in cards if wanted[card.id] != set(card.scopes)]
    if changed:
        consent.give(
            choices={card.subject: wanted[card.id] for card in changed},
            notice=notice,
            decision=decision,
            by=f"participant:{participant}",
            method=Method.PAGE,
        )
    return receipts.issue(photos=[own[card.id] for card in changed], participant=participant, decision=decision)
