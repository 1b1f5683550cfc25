"""Everything of one person's own pages: what they gave, and the photos that they are shown in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord
from consent.queries import IN_FORCE, ConsentState, history
from contributions import ages
from contributions.models import Basis, ConsentSubject, Contribution, Invitation, Person, Photo, Withdrawal
from contributions.queries.cards import PersonLine, PhotoCard, SendingCard, ends_at, undo_until
from contributions.queries.inviting import lead_of, open_until
from contributions.queries.promises import elsewhere, erased_by, promised_by
from contributions.queries.renewal import Notices
from contributions.queries.use import allowed_scopes
from contributions.transitions import InvitationState, SendingState
from identity.queries import bounced

__all__ = [
    "PersonLine",
    "PhotoCard",
    "SendingCard",
    "cards_of",
    "depicted_cards",
    "elsewhere",
    "erased_by",
    "promised_by",
    "sending_card",
    "sendings_of",
    "subjects_of",
    "understood",
    "undo_until",
    "withdrawable",
]

SHOWN_SENDINGS = frozenset({SendingState.SENT, SendingState.ANSWERED})
SYSTEM = "system"
STATES_OF_INVITED = {
    ConsentState.GIVEN: _("agreed"),
    ConsentState.RENEWED: _("agreed"),
    ConsentState.REFUSED: _("did not agree"),
    ConsentState.WITHDRAWN: _("did not agree"),
    ConsentState.REVOKED: _("ended by us"),
    ConsentState.EXPIRED: _("has to agree again"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """How one participant is asked about one photo."""

    photo: Photo
    number: int
    since: datetime | None
    depicted: bool = False
    answered: bool = True


def sendings_of(participant: UUID) -> list[SendingCard]:
    """Everything this participant sent that was not deleted before it was agreed to, newest first."""
    sendings = Contribution.objects.filter(participant=participant, state__in=SHOWN_SENDINGS)
    return _sendings(sendings.order_by("-sent_at", "id"), participant)


def sending_card(sending: UUID) -> SendingCard | None:
    """One sending that was sent, as its giver sees it."""
    found = Contribution.objects.filter(pk=sending, state__in=SHOWN_SENDINGS).first()
    if found is None or found.participant is None:
        return None
    return _sendings(Contribution.objects.filter(pk=sending), found.participant)[0]


def depicted_cards(participant: UUID) -> list[PhotoCard]:
    """The photos of others that this participant was asked about, in the order of asking.

    A question that has ended without an answer is forgotten.
    """
    asked = Invitation.objects.filter(participant=participant, asked_at__isnull=False).order_by("asked_at", "pk")
    rows = [
        _Asked(
            invitation.photo,
            number,
            invitation.asked_at,
            depicted=True,
            answered=invitation.state == InvitationState.ANSWERED,
        )
        for number, invitation in enumerate(asked.select_related("photo"), start=1)
        if invitation.state != InvitationState.LAPSED
    ]
    return _cards(rows, participant)


def cards_of(participant: UUID) -> list[PhotoCard]:
    """Every photo that this participant is asked about: given by them first, then those they are shown in."""
    given = [card for sending in sendings_of(participant) for card in sending.photos]
    return given + depicted_cards(participant)


def withdrawable(participant: UUID) -> list[PhotoCard]:
    """The photos that this participant agreed to and can withdraw now, in the order of their page."""
    return [card for card in cards_of(participant) if card.can_withdraw]


def subjects_of(participant: UUID, photos: Collection[UUID]) -> dict[UUID, UUID]:
    """Photo id to consent subject id, for those of the photos that are this participant's own."""
    own = ConsentSubject.objects.filter(participant=participant, photo__in=photos)
    return dict(own.values_list("photo_id", "id"))


def understood(person: Person) -> str:
    """A person's age as we understood it ("3½ years"), in the active language; empty until it was written."""
    years, low, high = person.age_years, person.age_low, person.age_high
    if years is None or low is None or high is None:
        return ""
    return ages.in_words(ages.Age(years, low, high, person.age_rule))


def _sendings(sendings: QuerySet[Contribution], participant: UUID) -> list[SendingCard]:
    sent_at = dict(sendings.values_list("pk", "sent_at"))
    photos = Photo.objects.filter(contribution__in=list(sent_at)).order_by("number")
    cards: dict[UUID, list[PhotoCard]] = defaultdict(list)
    for card in _cards([_Asked(photo, photo.number, sent_at[photo.contribution_id]) for photo in photos], participant):
        cards[card.photo.contribution_id].append(card)
    return [SendingCard(contribution=sending, photos=tuple(cards[sending.pk])) for sending in sendings]


def _cards(asked: Iterable[_Asked], participant: UUID) -> list[PhotoCard]:
    rows = list(asked)
    ids = [row.photo.pk for row in rows]
    subjects = subjects_of(participant, ids)
    answers = _answers(subjects.values())
    given = [row.photo.pk for row in rows if not row.depicted]
    people, waits = _people(given), open_until(given)
    allowed, withdrawals, notices = allowed_scopes(ids), _withdrawals(ids), Notices()
    cards = []
    for row in rows:
        subject = subjects.get(row.photo.pk)
        if subject is None:
            continue  # removed before it was sent
        withdrawal = withdrawals.get(row.photo.pk)
        records = _told(answers[subject], ends_at(row.photo, withdrawal))
        card = PhotoCard(
            photo=row.photo,
            number=row.number,
            since=row.since,
            depicted=row.depicted,
            subject=subject,
            people=tuple(people[row.photo.pk]),
            records=tuple(records),
            allowed=allowed[row.photo.pk],
            withdrawal=withdrawal,
            again=notices.again(records),
            newer=notices.newer(records),
            waits_until=None if row.depicted else waits.get(row.photo.pk),
        )
        if row.answered or not card.is_over:
            cards.append(replace(card, people=()) if card.is_over else card)
    return cards


def _answers(subjects: Collection[UUID]) -> Mapping[UUID, list[ConsentRecord]]:
    """Every record of each subject, oldest first."""
    found: dict[UUID, list[ConsentRecord]] = defaultdict(list)
    for record in history(subjects):
        found[record.subject].append(record)
    return found


def _told(records: Iterable[ConsentRecord], ends: datetime | None) -> list[ConsentRecord]:
    """Without what was written by itself after the end: it would tell whether the bytes are gone."""
    return [record for record in records if ends is None or record.by != SYSTEM or record.at < ends]


def _people(photo_ids: Collection[UUID]) -> Mapping[UUID, list[PersonLine]]:
    found: dict[UUID, list[PersonLine]] = defaultdict(list)
    people = Person.objects.filter(photo__in=photo_ids).exclude(basis="").select_related("invitation")
    rows = list(people.order_by("number"))
    invited = _invited([person.invitation for person in rows if hasattr(person, "invitation")])
    for person in rows:
        line = PersonLine(
            id=person.pk,
            number=person.number,
            written=person.age_text,
            understood=understood(person),
            who=invited.get(person.pk) or Basis(person.basis).label,
            can_leave=person.basis != Basis.SELF,
        )
        found[person.photo_id].append(line)
    return found


def _invited(invitations: Collection[Invitation]) -> dict[UUID, str]:
    """Person id to where asking them stands, in words: the state alone, never when, why or for what."""
    photos = [invitation.photo_id for invitation in invitations]
    rows = ConsentSubject.objects.filter(photo__in=photos).values_list("participant", "photo_id", "pk")
    subjects = {(participant, photo): subject for participant, photo, subject in rows}
    answers = _answers(list(subjects.values()))
    return {
        invitation.person_id: gettext("asked by us: %(state)s")
        % {"state": _answer_of(invitation, answers[subjects[key]] if (key := _key(invitation)) in subjects else [])}
        for invitation in invitations
    }


def _key(invitation: Invitation) -> tuple[UUID, UUID]:
    return invitation.participant, invitation.photo_id


def _answer_of(invitation: Invitation, answers: list[ConsentRecord]) -> str | Promise:
    newest = answers[-1] if answers else None
    if newest is not None and newest.state in STATES_OF_INVITED:
        again = newest.state in IN_FORCE and Notices().again(answers)
        return STATES_OF_INVITED[ConsentState.EXPIRED if again else ConsentState(newest.state)]
    if invitation.state in {InvitationState.WRITTEN, InvitationState.ASKED} and bounced(lead_of(invitation)):
        return _("our mail did not arrive")
    return InvitationState(invitation.state).label


def _withdrawals(photo_ids: Collection[UUID]) -> dict[UUID, Withdrawal]:
    """The withdrawal that counts for each photo: the newest that was not cancelled."""
    rows = Withdrawal.objects.filter(photo__in=photo_ids, cancelled_at__isnull=True).order_by("stopped_at")
    return {row.photo_id: row for row in rows}
