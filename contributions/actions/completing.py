"""What was cut short between the two databases, completed: research holds the decision, identity follows."""

from datetime import timedelta

from django.utils import timezone

from audit.queries import mentioning
from consent import actions as consent
from consent.models import ConsentRecord, Receipt
from contributions.actions import receipts
from contributions.actions.answering import ANSWERED, UPDATES
from contributions.actions.sending import tie
from contributions.models import Contribution
from contributions.transitions import SendingState
from identity import actions as identity
from identity.models import Identity, Keep, Mail
from identity.queries import claimed_not_closed, mails_not_released

# Younger than this it may still be under way.
UNDER_WAY = timedelta(minutes=2)
# A claim whose request may still be deciding is not given back.
LONGEST_REQUEST = timedelta(minutes=5)
LOOK_BACK = timedelta(days=30)


def complete(*, grace: timedelta | None = None) -> None:
    """Bring identity to where the committed decisions are. May be done at any time, and again.

    `grace` (default: minutes) is how long something is left to the request that began it.
    """
    older_than = UNDER_WAY if grace is None else grace
    close_links(older_than=older_than, given_back=LONGEST_REQUEST if grace is None else grace)
    tie_sendings()
    release_letters(older_than=older_than)
    write_receipts(older_than=older_than)
    drop_keeps()


def close_links(*, older_than: timedelta, given_back: timedelta) -> None:
    """Close claimed links whose decision stands, and give back those whose decision never came to be."""
    patient_until = timezone.now() - given_back
    for link in claimed_not_closed(older_than):
        event = mentioning(str(link.claim), action=ANSWERED.name).filter(subject=str(link.subject)).first()
        if event is not None:
            agreed = ConsentRecord.objects.filter(decision=str(link.claim), state="given").exists()
            if agreed and UPDATES in event.data["choices"]:
                identity.set_updates(participant=link.identity_id, on=True)
            identity.close(link=link.pk)
        elif link.claimed_at is not None and link.claimed_at <= patient_until:
            identity.unclaim(link=link.pk)


def release_letters(*, older_than: timedelta) -> None:
    """Let the mail of every sending go that was sent, and whose mail was not told so."""
    waiting = mails_not_released(older_than).exclude(decision=None).values_list("decision", flat=True)
    sent = Contribution.objects.filter(pk__in=list(waiting), state=SendingState.SENT)
    for sending in sent.values_list("pk", flat=True):
        identity.release_mail(decision=sending)


def tie_sendings() -> None:
    """Follow an address that was changed: whose answer a sending waits for is said by identity."""
    waiting = dict(Contribution.objects.filter(state=SendingState.SENT).values_list("pk", "participant"))
    for sending, participant in Keep.objects.filter(sending__in=list(waiting)).values_list("sending", "identity"):
        if waiting[sending] != participant:
            tie(sending=sending, participant=participant)


def write_receipts(*, older_than: timedelta) -> None:
    """Issue again what was issued and never mailed: its code was lost with the process that held it."""
    now = timezone.now()
    issued = Receipt.objects.filter(issued_at__gt=now - LOOK_BACK, issued_at__lte=now - older_than)
    waiting = {receipt.decision: receipt.participant for receipt in issued.order_by("issued_at")}
    mailed = Mail.objects.filter(kind=Mail.Kind.RECEIPT, decision__in=list(waiting))
    there = set(Identity.objects.filter(pk__in=set(waiting.values())).values_list("pk", flat=True))
    for decision in set(waiting) - set(mailed.values_list("decision", flat=True)):
        if waiting[decision] in there:
            receipt, code = consent.issue_receipt(decision=decision, participant=waiting[decision])
            receipts.send(receipt=receipt, code=code, what="again")


def drop_keeps() -> None:
    """Let the address of every sending go of which nothing is left; identity sends a receipt under way first."""
    closed = Contribution.objects.filter(closed_at__gt=timezone.now() - LOOK_BACK).values_list("pk", flat=True)
    for sending in Keep.objects.filter(sending__in=list(closed)).values_list("sending", flat=True):
        identity.drop_keep(sending=sending)
