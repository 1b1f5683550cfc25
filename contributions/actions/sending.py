"""Sending: the address goes to identity first, the decision is the research transaction, then the mail may leave.

Each of the three is idempotent, so that the same request again, or the sweep, completes what was cut short.
"""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from contributions.actions import erasing, leaving
from contributions.actions.drafts import actor_of
from contributions.models import ConsentSubject, Contribution, Invitation
from contributions.queries.giving import Problem, held_photos, problems
from contributions.transitions import HELD, PhotoState, SendingState, TransitionNotAllowed, check_sending
from identity import actions as identity
from identity.queries import participant_of
from vault.crash import here

SENT = EventKind(
    "sending:sent",
    "Sending {sending} was sent by {participant}; photos in it: {photos}.",
    ("sending", "participant", "photos"),
    ties=(("participant", "sending"),),
)
# What ties a photo, its giver's pseudonym and the subject of its consent: their stories are read along this entry.
PHOTO_SENT = EventKind(
    "photo:sent",
    "Photo {photo} was sent by {participant}; consent {consent} decides about it.",
    ("photo", "participant", "consent"),
    ties=(("participant", "photo"), ("photo", "consent")),
)
READDRESSED = EventKind(
    "sending:readdressed",
    "Sending {sending} waits for {participant} now.",
    ("sending", "participant"),
    ties=(("participant", "sending"),),
)


class SendingIncomplete(ValueError):
    """Something is missing before the sending can be sent; `problems` says what."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in found))
        self.problems = found


def send(*, sending: UUID, address: str, language: str) -> None:
    """Send a sending: its giver is written to, and it waits for the link to be opened. A second time does nothing more.

    Raises SendingIncomplete, TransitionNotAllowed (stopped, lapsed or answered), and identity's AddressNotValid and
    TooMany.
    """
    contribution = Contribution.objects.get(pk=sending)
    if contribution.state != SendingState.SENT:
        _check(contribution)
        requested = identity.request_consent(address=address, sending=sending, language=language)
        here("sending:address_kept")
        _decide(sending, requested.participant)
        here("sending:decided")
    identity.release_mail(decision=sending)


def send_again(*, sending: UUID, language: str, client: str = "") -> None:
    """Write another link for a sending that waits for its answer; the former one dies.

    `client` is the connection's address, which links are counted by.

    Raises TransitionNotAllowed, and identity's TooMany, AlreadyAnswered, SendingUnknown.
    """
    _check_waiting(sending)
    requested = identity.resend_consent(sending=sending, language=language, client=client)
    tie(sending=sending, participant=requested.participant)


def readdress(*, sending: UUID, address: str, language: str, client: str = "") -> None:
    """Write the link to another address; the former link dies.

    Raises as send_again, AddressNotValid, and SendingIncomplete when somebody was invited at this very address.
    """
    _check_waiting(sending)
    # Looked up for nobody, too, so that a known address takes no more work than another.
    _refuse_own_invitation(sending, participant_of(address) or uuid4())
    requested = identity.change_address(sending=sending, address=address, language=language, client=client)
    here("sending:address_changed")
    tie(sending=sending, participant=requested.participant)
    identity.release_mail(decision=sending)


def _check(contribution: Contribution) -> None:
    check_sending(contribution.state, SendingState.SENT)
    found = problems(contribution)
    if found:
        raise SendingIncomplete(found)


def _check_waiting(sending: UUID) -> None:
    state = Contribution.objects.values_list("state", flat=True).get(pk=sending)
    if state != SendingState.SENT:
        raise TransitionNotAllowed(f"a sending that is {state} waits for no link")


def _refuse_own_invitation(sending: UUID, participant: UUID) -> None:
    """Nobody answers twice for one photo: whoever gives says so with Me, and whoever is invited is somebody else."""
    own = Invitation.objects.filter(photo__contribution=sending, participant=participant, photo__state__in=HELD)
    found = [Problem("invited_oneself", row.photo, row.person) for row in own.select_related("photo", "person")]
    if found:
        raise SendingIncomplete(found)


@transaction.atomic
def _decide(sending: UUID, participant: UUID) -> None:
    contribution = Contribution.objects.select_for_update().get(pk=sending)
    if contribution.state == SendingState.SENT:
        return
    _check(contribution)
    _refuse_own_invitation(sending, participant)
    by = actor_of(sending)
    leaving.lapse(photos=contribution.photos.filter(state=PhotoState.REFUSED), reason=leaving.UNREADABLE, by=by)
    photos = list(held_photos(contribution))
    Contribution.objects.filter(pk=sending).update(
        state=SendingState.SENT, participant=participant, sent_at=timezone.now()
    )
    subjects = ConsentSubject.objects.bulk_create(
        ConsentSubject(participant=participant, photo=photo) for photo in photos
    )
    consent.ask(subjects=[subject.pk for subject in subjects], decision=sending, by=by)
    for photo in photos:
        erasing.destroy_preview(photo=photo)
    record(SENT, subject=sending, by=by, sending=sending, participant=participant, photos=len(photos))
    for subject in subjects:
        given = {"photo": subject.photo_id, "participant": participant, "consent": subject.pk}
        record(PHOTO_SENT, subject=subject.photo_id, by=by, **given)


@transaction.atomic
def tie(*, sending: UUID, participant: UUID) -> None:
    """Say in the research database whose answer a sending waits for, as identity's keep row says it. Idempotent.

    Nobody has answered yet, so the subjects of consent move along.
    """
    contribution = Contribution.objects.select_for_update().get(pk=sending)
    if contribution.state != SendingState.SENT or contribution.participant == participant:
        return
    Contribution.objects.filter(pk=sending).update(participant=participant)
    ConsentSubject.objects.filter(photo__contribution=sending).update(participant=participant)
    record(READDRESSED, subject=sending, by=actor_of(sending), sending=sending, participant=participant)
