"""Where the two databases disagree: keeps without sendings, sendings without keeps, and what was left half done."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from consent.models import Receipt
from contributions.models import Claim, Contribution, Invitation
from contributions.queries.faults_of_claims import faults_of_claims
from contributions.queries.inviting import by_leads, ended_before, to_ask
from contributions.transitions import InvitationState, PhotoState, SendingState
from identity.actions import can_be_sent
from identity.models import Identity, Keep, Mail
from identity.queries import claimed_not_closed, keeps_older_than, mails_not_released
from vault.queries import Fault


def faults_across(*, grace: timedelta) -> Iterator[Fault]:
    """Every disagreement between research and identity that is older than `grace`."""
    before = timezone.now() - grace
    keeps = dict(Keep.objects.values_list("subject", "identity"))
    needed = Contribution.objects.filter(
        state__in=[SendingState.SENT, SendingState.ANSWERED], sent_at__lte=before, closed_at__isnull=True
    )
    for sending, participant in needed.values_list("pk", "participant").iterator():
        if sending not in keeps:
            yield Fault("sending_without_keep", str(sending))
        elif keeps[sending] != participant:
            yield Fault("keep_of_somebody_else", str(sending))
    yield from _invitations(before, keeps)
    over = Contribution.objects.filter(closed_at__lte=before).values_list("pk", flat=True)
    there: set[UUID] = set()
    for model in (Contribution, Invitation, Claim):
        there |= set(model._default_manager.filter(pk__in=list(keeps)).values_list("pk", flat=True))
    gone = set(over) | (set(keeps_older_than(grace).values_list("pk", flat=True)) - there)
    yield from (Fault("keep_without_sending", str(sending)) for sending in sorted(set(keeps) & gone))
    yield from (Fault("link_not_closed", str(link.pk)) for link in claimed_not_closed(grace))
    yield from _mails(grace)
    yield from faults_of_claims(grace=grace)


def _invitations(before: datetime, keeps: Mapping[UUID, UUID]) -> Iterator[Fault]:
    """Whoever is asked must be reachable until the answer, and as long as it can be changed; nobody else is kept."""
    mailed = set(Mail.objects.filter(kind=Mail.Kind.INVITATION).values_list("decision", flat=True))
    ended = Q(state=InvitationState.LAPSED) | Q(photo__state=PhotoState.ERASED)
    open_still = Invitation.objects.filter(created_at__lte=before).exclude(ended)
    for pk, participant in open_still.values_list("pk", "participant").iterator():
        if pk not in keeps:
            yield Fault("invitation_without_keep", str(pk))
        elif keeps[pk] != participant:
            yield Fault("keep_of_somebody_else", str(pk))
    for lead in by_leads(to_ask(Invitation.objects.filter(asked_at__lte=before))):
        if lead not in mailed and can_be_sent(invitation=lead):
            yield Fault("invitation_not_mailed", str(lead))
    over = ended_before(before).filter(pk__in=list(keeps))
    yield from (Fault("keep_of_ended_invitation", str(invitation.pk)) for invitation in over)


def _mails(grace: timedelta) -> Iterator[Fault]:
    waiting = mails_not_released(grace).exclude(decision=None).values_list("decision", flat=True)
    sent = Contribution.objects.filter(pk__in=list(waiting), state=SendingState.SENT)
    yield from (Fault("mail_not_released", str(sending.pk)) for sending in sent)
    newest = timezone.now() - grace
    issued = Receipt.objects.filter(issued_at__lte=newest, issued_at__gt=newest - timedelta(days=30))
    mailed = set(Mail.objects.filter(kind=Mail.Kind.RECEIPT).values_list("decision", flat=True))
    there = set(Identity.objects.values_list("pk", flat=True))
    for decision, participant in set(issued.values_list("decision", "participant")):
        if participant in there and decision not in mailed:
            yield Fault("receipt_not_mailed", str(decision))
