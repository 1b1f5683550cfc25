"""What a person who was invited answers, by the link in the mail: yes, no, later, or never again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import ConsentNotice, Method
from contributions.actions import receipts
from contributions.actions.inviting import close_question, take_up
from contributions.actions.leaving import take_out
from contributions.actions.receipts import Decided
from contributions.models import UNDER_WAY, Invitation, Photo, Withdrawal
from contributions.queries.inviting import asked_with, question_of, reminder_at, to_ask, to_remind, waiting
from contributions.queries.person import subjects_of
from contributions.queries.use import allowed_scopes
from contributions.transitions import HELD, InvitationState, TransitionNotAllowed
from identity import actions as identity
from identity.models import Link
from identity.queries import live_link
from vault.crash import here

PUT_OFF = EventKind(
    "invitation:put_off",
    "{participant} wants to be reminded of invitation {invitation}.",
    ("invitation", "participant"),
)


@dataclass(frozen=True, slots=True)
class Replied:
    """What an answer led to, by the photos' numbers. Without agreement there is neither receipt nor code.

    `unanswered` were on their way out already, so that they could not be agreed to.
    """

    invitation: UUID
    agreed_to: tuple[int, ...]
    refused: tuple[int, ...]
    unanswered: tuple[int, ...]
    at: datetime
    decided: Decided


@dataclass(frozen=True, slots=True)
class _Answer:
    agreed: bool
    scopes: frozenset[str]
    left_out: frozenset[UUID]
    notice: ConsentNotice

    def takes_out(self, photo: UUID) -> bool:
        return not self.agreed or photo in self.left_out


def answer_invitation(
    *,
    link: UUID,
    agreed: bool,
    scopes: Collection[str] = (),
    left_out: Collection[UUID] = (),
    notice: ConsentNotice,
    language: str = "",
) -> Replied:
    """Answer for oneself in all photos that the mail asks about. A no takes a photo out of use, whoever sent it.

    `scopes` are what a yes agrees to, with research, as far as each photo allows; `left_out` are the photos to which a
    yes says no all the same; `notice` is the text that the person read, and `language` that of the page, in which we
    write from now on. A photo that is on its way out can be said no to, and not yes. Raises LinkUsed and LinkExpired,
    consent's ResearchNotAgreed and ScopeNotOffered, and TransitionNotAllowed when there is nothing to answer so; then
    the link stays as it was.
    """
    door = _door(link)
    decision = identity.claim(link=link)
    here("invitation:claimed")
    answer = _Answer(agreed, frozenset(scopes), frozenset(left_out), notice)
    try:
        replied = _decide(door, decision, answer)
    except Exception:
        identity.unclaim(link=link)
        raise
    here("invitation:decided")
    identity.set_language(participant=door.identity_id, language=language)
    identity.close(link=link)
    receipts.mail(replied.decided, what="agreed")
    return replied


@transaction.atomic
def _decide(door: Link, decision: UUID, answer: _Answer) -> Replied:
    rows, leaving = _asked(door)
    no = [row for row in rows if answer.takes_out(row.photo_id)]
    yes = [row for row in rows if row not in no and row.photo_id not in leaving]
    if not (yes if answer.agreed else no):
        raise TransitionNotAllowed("the question has ended")
    given = _agree(door, decision, answer, yes)
    _refuse(door, decision, no)
    for row in (*yes, *no):
        close_question(row, decision=decision, scopes=given.get(row.photo_id, frozenset()))
    for row in yes:
        take_up(photo=row.photo)
    told = [row.photo for row in (*yes, *no)] if yes else []
    decided = receipts.issue(photos=told, participant=door.identity_id, decision=decision)
    unanswered = [row for row in rows if row not in yes and row not in no]
    return Replied(door.subject, _numbers(yes), _numbers(no), _numbers(unanswered), timezone.now(), decided)


def _asked(door: Link) -> tuple[list[Invitation], frozenset[UUID]]:
    """What the link's mail still asks, locked, and which of the photos are on their way out."""
    ids = list(waiting(asked_with(door.subject)).values_list("photo", flat=True))
    # The photos first, as everybody who changes both locks them.
    photos = Photo.objects.select_for_update(of=("self",)).filter(pk__in=ids, state__in=HELD).in_bulk()
    asked = Invitation.objects.filter(photo__in=photos, participant=door.identity_id, state=InvitationState.ASKED)
    rows = list(asked.select_for_update(of=("self",)).order_by("photo__number"))
    for row in rows:
        row.photo = photos[row.photo_id]
    leaving = Withdrawal.objects.filter(UNDER_WAY, photo__in=photos).values_list("photo", flat=True)
    return rows, frozenset(leaving)


def _agree(door: Link, decision: UUID, answer: _Answer, rows: Collection[Invitation]) -> dict[UUID, frozenset[str]]:
    """Write down the yes; what each photo was agreed to for."""
    photos = [row.photo_id for row in rows]
    given = {photo: answer.scopes & allowed for photo, allowed in allowed_scopes(photos).items()}
    subjects = subjects_of(door.identity_id, photos)
    choices = {subjects[photo]: scopes for photo, scopes in given.items()}
    consent.give(choices=choices, notice=answer.notice, decision=decision, by=_by(door), method=Method.LINK)
    return given


def _refuse(door: Link, decision: UUID, rows: Collection[Invitation]) -> None:
    subjects = subjects_of(door.identity_id, [row.photo_id for row in rows])
    consent.refuse(subjects=list(subjects.values()), decision=decision, by=_by(door), method=Method.LINK)
    take_out(photos=[row.photo for row in rows], decision=decision, by=_by(door))


def _by(door: Link) -> str:
    return f"participant:{door.identity_id}"


def _numbers(rows: Collection[Invitation]) -> tuple[int, ...]:
    return tuple(sorted(row.photo.number for row in rows))


@transaction.atomic
def put_off(*, link: UUID) -> datetime:
    """Ask to be reminded, once, in some days; the link stays as it was. When that will be.

    Raises LinkExpired, and TransitionNotAllowed when the question has ended or ends before that, or when the reminder
    was written already.
    """
    door = _door(link)
    lead = Invitation.objects.select_for_update(of=("self",)).get(pk=door.subject)
    if lead.remind_at is not None:
        return lead.remind_at
    question = question_of(lead.pk)
    if question is None or not question.can_be_put_off:
        raise TransitionNotAllowed("the question has ended")
    at = reminder_at()
    Invitation.objects.filter(pk=lead.pk).update(remind_at=at)
    record(PUT_OFF, subject=lead.pk, by=_by(door), invitation=lead.pk, participant=lead.participant)
    return at


def remind() -> None:
    """Write the reminders that invited people asked for and whose time has come, each once, whatever is cut short."""
    for lead in to_remind():
        giver = lead.photo.contribution.participant
        if giver is None:
            continue
        asked = to_ask(asked_with(lead.pk)).count()
        identity.remind_invitation(invitation=lead.pk, asked_by=giver, language=lead.language, photos=asked)
        here("invitation:reminded")
        Invitation.objects.filter(pk=lead.pk).update(remind_at=None)


def _door(link: UUID) -> Link:
    """The live link of an invitation. Raises LinkExpired."""
    door = live_link(link, Link.Action.INVITATION)
    if door is None:
        raise identity.LinkExpired
    return door


def stop_invitations(*, link: UUID) -> None:
    """Never write to this person again on behalf of others. The link stays, and the question can still be answered.

    Raises LinkExpired.
    """
    identity.stop_invitations(participant=_door(link).identity_id)
