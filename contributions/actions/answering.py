"""Answers from a link that came by mail. The decision is one transaction under the claim's id."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import ConsentNotice, Method, Scope
from contributions.actions import inviting, receipts
from contributions.actions.erasing import close_if_over
from contributions.actions.leaving import NOT_AGREED, UNREADABLE, lapse
from contributions.actions.receipts import Decided
from contributions.models import Contribution, Invitation, Photo
from contributions.queries.person import subjects_of
from contributions.queries.use import allowed_scopes
from contributions.transitions import HELD, PhotoState, SendingState, check_sending
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


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer led to. Without agreement there is neither receipt nor code: nothing is kept."""

    sending: UUID
    decision: UUID
    at: datetime
    decided: Decided


def answer(*, link: UUID, choices: Collection[str], notice: ConsentNotice, language: str = "") -> Answered:
    """Answer for a whole sending. `choices` are scopes and "updates"; without research it means: I do not agree.

    `notice` is the text that the person read, and `language` that of the page, in which we write from now on. Sharing
    and illustration reach only the photos that allow them. With the agreement everybody whom the giver invited is
    asked, and the photos they are shown in wait for them. Raises LinkUsed and LinkExpired; TransitionNotAllowed when
    the sending has ended, and then the link stays as it was.
    """
    door = live_link(link, Link.Action.CONSENT)
    if door is None:
        raise identity.LinkExpired
    decision = identity.claim(link=link)
    here("consent:claimed")
    try:
        decided, asked = _decide(door, decision, frozenset(choices), notice)
    except Exception:
        identity.unclaim(link=link)
        raise
    here("consent:decided")
    identity.set_language(participant=door.identity_id, language=language)
    finish(door=door, decided=decided, updates=UPDATES in choices and bool(decided.photos))
    here("invitation:asked")
    inviting.send(invitations=asked, giver=door.identity_id)
    return Answered(door.subject, decision, timezone.now(), decided)


def finish(*, door: Link, decided: Decided, updates: bool) -> None:
    """Do in the identity database what follows from a committed answer. May be done again."""
    if updates:
        identity.set_updates(participant=door.identity_id, on=True)
    identity.close(link=door.pk)
    here("consent:closed")
    receipts.mail(decided, what="agreed")


@transaction.atomic
def _decide(
    door: Link, decision: UUID, choices: frozenset[str], notice: ConsentNotice
) -> tuple[Decided, list[Invitation]]:
    sending = Contribution.objects.select_for_update().get(pk=door.subject)
    check_sending(sending.state, SendingState.ANSWERED)
    participant, by = door.identity_id, f"participant:{door.identity_id}"
    photos = list(sending.photos.select_for_update(of=("self",)).order_by("pk"))
    subjects = subjects_of(participant, [photo.pk for photo in photos])
    agreed = Scope.RESEARCH in choices
    Contribution.objects.filter(pk=sending.pk).update(state=SendingState.ANSWERED)
    record(ANSWERED, subject=sending.pk, by=by, sending=sending.pk, decision=decision, choices=sorted(choices))
    kept = [photo for photo in photos if agreed and photo.pk in subjects and photo.state in HELD]
    asked: list[Invitation] = []
    if kept:
        give = _scopes(kept, subjects, choices & set(Scope.values))
        consent.give(choices=give, notice=notice, decision=decision, by=by, method=Method.LINK)
        asked = inviting.ask(photos=kept, giver=participant, decision=decision, by=by)
        for photo in kept:
            inviting.take_up(photo=photo)
    left = [photo for photo in photos if photo not in kept]
    # What we ended before anybody answered is erased already, and nobody is asked about it any more.
    refused = [subjects[photo.pk] for photo in left if photo.pk in subjects and photo.state != PhotoState.ERASED]
    consent.refuse(subjects=refused, decision=decision, by=by, method=Method.LINK)
    lapse(photos=left, reason=UNREADABLE if agreed else NOT_AGREED, by=by)
    close_if_over(sending=sending.pk)
    return receipts.issue(photos=kept, participant=participant, decision=decision), asked


def _scopes(photos: Iterable[Photo], subjects: dict[UUID, UUID], scopes: Collection[str]) -> dict[UUID, frozenset[str]]:
    allowed = allowed_scopes([photo.pk for photo in photos])
    return {subjects[photo.pk]: frozenset(scopes) & allowed[photo.pk] for photo in photos}
