"""Where consent, withdrawals and invitations do not agree with each other, or with the photos that they are about."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Exists, F, Model, OuterRef, Q

from consent.queries import IN_FORCE, ConsentState, is_as_told, state_of
from contributions.models import UNDER_WAY, Basis, ConsentSubject, Invitation, Person, Photo, Withdrawal
from contributions.queries.cards import OWN_NO
from contributions.queries.inviting import to_remind, unanswered_past_their_time
from contributions.queries.renewal import AGREED_ONCE
from contributions.queries.use import open_withdrawals
from contributions.transitions import HELD, InvitationState, PhotoState, SendingState
from vault.queries import Fault

# Nothing of these may be left when the photo is gone: it ends with it.
OPEN = (ConsentState.REQUESTED, *AGREED_ONCE)


def faults_of_consent(*, grace: timedelta, deep: bool) -> Iterator[Fault]:
    """Every disagreement about who was asked and what they said. `deep` also replays the log."""
    yield from _consent()
    yield from _ways_out()
    yield from _invitations(grace)
    if deep:
        yield from _replay()


def _consent() -> Iterator[Fault]:
    subjects = ConsentSubject.objects.annotate(state=state_of("pk"))
    yield from _named("consent_without_photo", subjects.filter(state__in=IN_FORCE).exclude(photo__state__in=HELD))
    erased = subjects.filter(photo__state=PhotoState.ERASED, state__in=OPEN)
    yield from _named("consent_outlives_its_photo", erased)
    unasked = Photo.objects.filter(state__in=HELD).exclude(contribution__state=SendingState.DRAFT)
    yield from _named("sent_photo_that_nobody_was_asked_about", unasked.filter(subjects__isnull=True))
    givers = subjects.filter(participant=F("photo__contribution__participant"))
    answered = givers.filter(photo__contribution__state=SendingState.ANSWERED, photo__state__in=HELD)
    without = answered.filter(Q(state__isnull=True) | ~Q(state__in=AGREED_ONCE))
    for subject in without.exclude(Exists(open_withdrawals("photo"))):
        yield Fault("answered_photo_without_consent", str(subject.photo_id))


def _ways_out() -> Iterator[Fault]:
    """A no takes the photo out, and nothing else does but a ruling or time."""
    subjects = ConsentSubject.objects.annotate(state=state_of("pk"))
    said_no = Exists(subjects.filter(photo=OuterRef("photo"), state__in=OWN_NO))
    without = Withdrawal.objects.filter(UNDER_WAY, cause=Withdrawal.Cause.OWN_NO).exclude(said_no)
    for withdrawal in without:
        yield Fault("withdrawn_photo_with_consent", str(withdrawal.photo_id))
    stays = subjects.filter(photo__state__in=HELD, state__in=OWN_NO)
    for subject in stays.exclude(Exists(open_withdrawals("photo"))):
        yield Fault("no_without_withdrawal", str(subject.photo_id))


def _invitations(grace: timedelta) -> Iterator[Fault]:
    yield from (Fault("invitation_past_its_time", str(pk)) for pk in unanswered_past_their_time(overdue=grace))
    yield from (Fault("reminder_not_sent", str(invitation.pk)) for invitation in to_remind(overdue=grace))
    drafts = (SendingState.DRAFT, SendingState.SENT)
    written = Invitation.objects.filter(state=InvitationState.WRITTEN)
    yield from _named("invitation_never_asked", written.exclude(photo__contribution__state__in=drafts))
    subjects = ConsentSubject.objects.annotate(state=state_of("pk"))
    own = subjects.filter(photo=OuterRef("photo"), participant=OuterRef("participant"))
    asked = Invitation.objects.filter(asked_at__isnull=False)
    yield from _named("asked_invitation_without_consent", asked.exclude(Exists(own)))
    waiting = asked.filter(state=InvitationState.ASKED)
    yield from _named("waiting_invitation_with_answer", waiting.filter(Exists(own.exclude(state="requested"))))
    yield from _named("waiting_invitation_of_lost_photo", waiting.exclude(photo__state__in=HELD))
    done = asked.exclude(state=InvitationState.ASKED)
    yield from _named("ended_invitation_without_answer", done.filter(Exists(own.filter(state="requested"))))
    people = Person.objects.filter(photo__state__in=HELD)
    alone = people.filter(basis=Basis.INVITED, invitation__isnull=True)
    yield from _named("invited_person_without_invitation", alone)
    others = people.exclude(basis=Basis.INVITED).filter(invitation__isnull=False)
    yield from _named("invitation_of_somebody_not_invited", others)


def _replay() -> Iterator[Fault]:
    for subject in ConsentSubject.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=1000):
        if not is_as_told(subject):
            yield Fault("consent_not_as_logged", str(subject))


def _named(code: str, rows: Iterable[Model]) -> Iterator[Fault]:
    yield from (Fault(code, str(row.pk)) for row in rows)
