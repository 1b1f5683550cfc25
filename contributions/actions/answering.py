"""Answers: from a link that came by mail, and changed later. The decision is one transaction under the claim's id."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import ConsentNotice, Scope
from contributions.actions import receipts
from contributions.actions.erasing import close_if_over
from contributions.actions.leaving import NOT_AGREED, UNREADABLE, lapse
from contributions.actions.receipts import Decided
from contributions.actions.steps import open_steps
from contributions.models import Contribution, Photo, Step
from contributions.queries.person import sendings_of, subjects_of
from contributions.queries.use import allowed_scopes
from contributions.transitions import HELD, SendingState, check_sending
from identity import actions as identity
from identity.models import Link
from identity.queries import live_link
from vault.crash import here

ANSWERED = EventKind(
    "sending:answered",
    "The giver of sending {sending} answered: {choices}.",
    fields=("sending", "decision", "choices"),
)

UPDATES = "updates"
BY_LINK, BY_PAGE = "link", "page"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer led to. Without agreement there is neither receipt nor code: nothing is kept."""

    sending: UUID
    decision: UUID
    at: datetime
    decided: Decided


def answer(*, link: UUID, choices: Collection[str], notice: ConsentNotice) -> Answered:
    """Answer for a whole sending. `choices` are scopes and "updates"; without research it means: I do not agree.

    `notice` is the text that the person read. Sharing and illustration reach only the photos that allow them. Raises
    LinkUsed and LinkExpired; TransitionNotAllowed when the sending has ended, and then the link stays as it was.
    """
    door = live_link(link, Link.Action.CONSENT)
    if door is None:
        raise identity.LinkExpired
    decision = identity.claim(link=link)
    here("consent:claimed")
    try:
        decided = _decide(door, decision, frozenset(choices), notice)
    except Exception:
        identity.unclaim(link=link)
        raise
    here("consent:decided")
    finish(door=door, decided=decided, updates=UPDATES in choices and bool(decided.photos))
    return Answered(door.subject, decision, timezone.now(), decided)


def finish(*, door: Link, decided: Decided, updates: bool) -> None:
    """Do in the identity database what follows from a committed answer. May be done again."""
    if updates:
        identity.set_updates(participant=door.identity_id, on=True)
    identity.close(link=door.pk)
    here("consent:closed")
    receipts.mail(decided, what="agreed")


@transaction.atomic
def _decide(door: Link, decision: UUID, choices: frozenset[str], notice: ConsentNotice) -> Decided:
    sending = Contribution.objects.select_for_update().get(pk=door.subject)
    check_sending(sending.state, SendingState.ANSWERED)
    participant, by = door.identity_id, f"participant:{door.identity_id}"
    photos = list(sending.photos.select_for_update(of=("self",)).order_by("pk"))
    subjects = subjects_of(participant, [photo.pk for photo in photos])
    agreed = Scope.RESEARCH in choices
    Contribution.objects.filter(pk=sending.pk).update(state=SendingState.ANSWERED)
    record(ANSWERED, subject=sending.pk, by=by, sending=sending.pk, decision=decision, choices=sorted(choices))
    kept = [photo for photo in photos if agreed and photo.pk in subjects and photo.state in HELD]
    if kept:
        give = _scopes(kept, subjects, choices & set(Scope.values))
        consent.give(choices=give, notice=notice, decision=decision, by=by, method=BY_LINK)
        for photo in kept:
            open_steps(photo=photo, phase=Step.Phase.CONSENTED)
    left = [photo for photo in photos if photo not in kept]
    refused = [subjects[photo.pk] for photo in left if photo.pk in subjects]
    consent.refuse(subjects=refused, decision=decision, by=by, method=BY_LINK)
    lapse(photos=left, reason=UNREADABLE if agreed else NOT_AGREED, by=by)
    close_if_over(sending=sending.pk)
    return receipts.issue(photos=kept, participant=participant, decision=decision)


def change(
    *, participant: UUID, photos: Collection[UUID], choices: Mapping[str, bool], notice: ConsentNotice, decision: UUID
) -> Decided:
    """Change what photos agreed to before may be used for: yes or no for each scope, and what is not named stays.

    Research always stays, or it would be a withdrawal. The same decision again changes nothing. Mails a receipt.
    """
    decided = _change(participant, frozenset(photos), choices, notice, decision)
    receipts.mail(decided, what="changed")
    return decided


@transaction.atomic
def _change(
    participant: UUID, photos: frozenset[UUID], choices: Mapping[str, bool], notice: ConsentNotice, decision: UUID
) -> Decided:
    locked = Photo.objects.filter(pk__in=photos, subjects__participant=participant).select_for_update(of=("self",))
    own = {photo.pk: photo for photo in locked.order_by("pk")}
    every = (card for sending in sendings_of(participant) for card in sending.photos)
    cards = [card for card in every if card.id in own and card.is_agreed]
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
            method=BY_PAGE,
        )
    return receipts.issue(photos=[own[card.id] for card in changed], participant=participant, decision=decision)


def _scopes(photos: Iterable[Photo], subjects: dict[UUID, UUID], scopes: Collection[str]) -> dict[UUID, frozenset[str]]:
    allowed = allowed_scopes([photo.pk for photo in photos])
    return {subjects[photo.pk]: frozenset(scopes) & allowed[photo.pk] for photo in photos}
