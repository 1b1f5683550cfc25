"""Asking people who are shown: written down by the giver, asked once the giver agreed, ended when nobody answers.

The address goes to identity before anything stands here. Each invitation has an id of its own, and another address is
another invitation, so that what a crash leaves behind is an address that nobody needs; the sweep drops it.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import Method, Scope
from consent.queries import ConsentState, current
from contributions.actions.drafts import actor_of, locked_person
from contributions.actions.ending import ends_unanswered
from contributions.actions.refusals import AlreadyInvited, NotInvited, TooManyInvited
from contributions.actions.steps import open_steps
from contributions.models import Basis, ConsentSubject, Invitation, Person, Photo, Step
from contributions.queries.inviting import by_leads, ends_at, to_ask, unanswered_past_their_time
from contributions.queries.person import subjects_of
from contributions.transitions import HELD, InvitationState, check_invitation
from identity import actions as identity
from vault.crash import here

AT_ONCE = 500
INVITED = EventKind(
    "person:invited",
    "Person {person} in photo {photo} is to be asked by invitation {invitation}.",
    ("photo", "person", "invitation"),
    ties=(("photo", "invitation"),),
)
UNINVITED = EventKind(
    "person:uninvited",
    "Person {person} in photo {photo} is not to be asked any more; invitation {invitation} was not sent.",
    ("photo", "person", "invitation"),
)
# As `photo:sent` does for the giver: it ties the photo, the invited person's pseudonym and the subject of the consent.
ASKED = EventKind(
    "invitation:asked",
    "{participant} was asked by invitation {invitation} about photo {photo}; consent {consent} answers it.",
    ("invitation", "photo", "person", "participant", "consent", "decision"),
    ties=(("participant", "photo"), ("photo", "consent"), ("photo", "invitation")),
)
LAPSED = EventKind(
    "invitation:lapsed", "Invitation {invitation} about photo {photo} ended without an answer.", ("invitation", "photo")
)
ANSWERED = EventKind(
    "invitation:answered",
    "{participant} answered invitation {invitation} about photo {photo}: {choices}.",
    ("invitation", "photo", "participant", "decision", "choices"),
    ties=(("photo", "invitation"),),
)


def invite(*, person: Person, address: str, language: str, client: str = "") -> Person:
    """Say that this person is to be asked at this address, once the giver has agreed. Until then no mail is written.

    The same address again changes nothing; another one takes the place of the first. `client` is the network address
    that invitations are counted by. Raises NotInvited and its kinds, and TransitionNotAllowed.
    """
    invitation, sending = uuid4(), person.photo.contribution_id
    try:
        requested = identity.request_invitation(
            address=address, invitation=invitation, sender_sending=sending, language=language, client=client
        )
    except identity.AddressNotValid:
        raise NotInvited from None
    except identity.TooMany as refusal:
        raise TooManyInvited(refusal.hours) from None
    here("invitation:address_kept")
    try:
        return _write(person, invitation, requested.participant, language)
    except Exception:
        identity.drop_keep(subject=invitation)
        raise


@transaction.atomic
def _write(person: Person, invitation: UUID, participant: UUID, language: str) -> Person:
    person = locked_person(person)
    other = Invitation.objects.filter(photo=person.photo, participant=participant).exclude(person=person).first()
    if other is not None:
        raise AlreadyInvited(other.person.number)
    Person.objects.filter(pk=person.pk).update(basis=Basis.INVITED)
    person.basis = Basis.INVITED
    former = Invitation.objects.filter(person=person).first()
    if former is not None and former.participant == participant:
        _drop_afterwards([invitation])
        return person
    uninvite(person=person)
    Invitation.objects.create(
        pk=invitation, person=person, photo=person.photo, participant=participant, language=language
    )
    _tell(INVITED, person, invitation)
    return person


@transaction.atomic
def uninvite(*, person: Person) -> None:
    """Take back that this person is to be asked, where that was said, and let the address go.

    The caller holds the draft's lock.
    """
    for invitation in Invitation.objects.filter(person=person, state=InvitationState.WRITTEN):
        _tell(UNINVITED, person, invitation.pk)
        _drop_afterwards([invitation.pk])
        invitation.delete()


@transaction.atomic
def ask(*, photos: Collection[Photo], giver: UUID, decision: UUID, by: str) -> list[Invitation]:
    """Ask, in the transaction in which the giver agreed, everybody who is to be asked about these photos.

    `send` writes the mails once that is committed. Somebody invited who turns out to be the giver is not asked.
    """
    written = _locked(Invitation.objects.filter(photo__in=photos, state=InvitationState.WRITTEN))
    _lapse([invitation for invitation in written if invitation.participant == giver], by="system")
    asked = [invitation for invitation in written if invitation.participant != giver]
    subjects = ConsentSubject.objects.bulk_create(
        ConsentSubject(participant=invitation.participant, photo_id=invitation.photo_id) for invitation in asked
    )
    consent.ask(subjects=[subject.pk for subject in subjects], decision=decision, by=by)
    for invitation, subject in zip(asked, subjects, strict=True):
        _move(invitation, InvitationState.ASKED, "asked_at")
        record(
            ASKED,
            subject=invitation.pk,
            by=by,
            invitation=invitation.pk,
            photo=invitation.photo_id,
            person=invitation.person_id,
            participant=invitation.participant,
            consent=subject.pk,
            decision=decision,
        )
    return asked


def send(*, invitations: Iterable[Invitation], giver: UUID) -> None:
    """Write the mails of invitations that were asked, each once however often this is called.

    Everybody is written one mail about all photos of a sending.
    """
    asked = Invitation.objects.filter(pk__in=[invitation.pk for invitation in invitations])
    for lead, rows in by_leads(to_ask(asked)).items():
        days_left = (ends_at(rows[0]) - timezone.now()) / timedelta(days=1)
        identity.send_invitation(
            invitation=lead, asked_by=giver, language=rows[0].language, days_left=days_left, photos=len(rows)
        )


@transaction.atomic
def lapse_invitations(*, photos: Iterable[Photo], by: str) -> None:
    """End the questions about photos that are not kept. The caller holds the photos' locks. May be done again."""
    open_still = [InvitationState.WRITTEN, InvitationState.ASKED]
    _lapse(_locked(Invitation.objects.filter(photo__in=[photo.pk for photo in photos], state__in=open_still)), by=by)


def lapse_unanswered() -> int:
    """End the questions that nobody answered in settings.DEPICTED_DAYS; how many. The photo takes up its way again."""
    return sum(_lapse_late(invitation) for invitation in unanswered_past_their_time(limit=AT_ONCE))


@transaction.atomic
def _lapse_late(invitation: UUID) -> bool:
    photo = Photo.objects.select_for_update(of=("self",)).get(invitations=invitation)
    late = _locked(Invitation.objects.filter(pk=invitation, state=InvitationState.ASKED))
    _lapse(late, by="system")
    if late:
        take_up(photo=photo)
    return bool(late)


def close_question(invitation: Invitation, *, decision: UUID, scopes: Collection[str]) -> None:
    """Say that the person answered, by the link or on their page: for these scopes, or with none of them no.

    The caller holds the row's lock and has recorded the consent. Raises TransitionNotAllowed.
    """
    _move(invitation, InvitationState.ANSWERED, "answered_at")
    record(
        ANSWERED,
        subject=invitation.pk,
        by=f"participant:{invitation.participant}",
        invitation=invitation.pk,
        photo=invitation.photo_id,
        participant=invitation.participant,
        decision=decision,
        choices=[scope for scope in Scope.values if scope in scopes],
    )


def take_up(*, photo: Photo) -> None:
    """Let a photo go on its way, once everybody asked has answered or the questions have ended."""
    waiting = Invitation.objects.filter(photo=photo, state=InvitationState.ASKED)
    if photo.state in HELD and not waiting.exists():
        open_steps(photo=photo, phase=Step.Phase.CONSENTED)


def _lapse(invitations: Iterable[Invitation], *, by: str) -> None:
    for invitation in invitations:
        subject = subjects_of(invitation.participant, [invitation.photo_id]).get(invitation.photo_id)
        standing = current([subject]).get(subject) if subject and invitation.state == InvitationState.ASKED else None
        if subject and standing and standing.state == ConsentState.REQUESTED:
            decision = ends_unanswered(invitation.pk)
            consent.revoke(subjects=[subject], decision=decision, by=by, method=Method.LAPSE)
        _move(invitation, InvitationState.LAPSED, "lapsed_at")
        record(LAPSED, subject=invitation.pk, by=by, invitation=invitation.pk, photo=invitation.photo_id)


def _move(invitation: Invitation, state: InvitationState, moment: str) -> None:
    check_invitation(invitation.state, state)
    Invitation.objects.filter(pk=invitation.pk).update(state=state, **{moment: timezone.now()})
    invitation.state = state


def _locked(invitations: QuerySet[Invitation]) -> list[Invitation]:
    return list(invitations.select_for_update(of=("self",)).order_by("pk"))


def _tell(kind: EventKind, person: Person, invitation: UUID) -> None:
    by = actor_of(person.photo.contribution_id)
    record(kind, subject=person.photo_id, by=by, photo=person.photo_id, person=person.pk, invitation=invitation)


def _drop_afterwards(invitations: Iterable[UUID]) -> None:
    for invitation in invitations:
        _drop_after_commit(invitation)


def _drop_after_commit(invitation: UUID) -> None:
    # A named function: Django says the name of a failed one.
    transaction.on_commit(lambda: identity.drop_keep(subject=invitation), robust=True)
