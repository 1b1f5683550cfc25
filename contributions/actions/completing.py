"""What was cut short between the two databases, completed: research holds the decision, identity follows."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.queries import mentioning
from consent.models import ConsentRecord, Receipt
from contributions.actions import invited, inviting, receipts
from contributions.actions.answering import ANSWERED, UPDATES
from contributions.actions.completing_claims import complete_claims
from contributions.actions.sending import tie
from contributions.models import Claim, Contribution, Invitation
from contributions.queries.inviting import by_leads, ended, to_ask
from contributions.transitions import SendingState
from identity import actions as identity
from identity.models import Identity, Keep, Link, Mail
from identity.queries import claimed_not_closed, keeps_older_than, mails_not_released

# Younger than this it may still be under way.
UNDER_WAY = timedelta(minutes=2)
# A claim whose request may still be deciding is not given back.
LONGEST_REQUEST = timedelta(minutes=5)
LOOK_BACK = timedelta(days=30)
# By which entry of the log an answer is known to stand that a link asked for.
ANSWERS = {Link.Action.CONSENT: ANSWERED.name, Link.Action.INVITATION: inviting.ANSWERED.name}


def complete(*, grace: timedelta | None = None) -> None:
    """Bring identity to where the committed decisions are. May be done at any time, and again.

    `grace` (default: minutes) is how long something is left to the request that began it.
    """
    older_than = UNDER_WAY if grace is None else grace
    given_back = LONGEST_REQUEST if grace is None else grace
    complete_claims(older_than=older_than, given_back=given_back)
    close_links(older_than=older_than, given_back=given_back)
    tie_sendings()
    release_letters(older_than=older_than)
    write_receipts(older_than=older_than)
    write_invitations()
    invited.remind()
    drop_keeps()
    drop_strays(older_than=older_than)


def close_links(*, older_than: timedelta, given_back: timedelta) -> None:
    """Close claimed links whose decision stands, and give back those whose decision never came to be."""
    patient_until = timezone.now() - given_back
    for link in claimed_not_closed(older_than):
        if _stands(link):
            identity.close(link=link.pk)
        elif link.claimed_at is not None and link.claimed_at <= patient_until:
            identity.unclaim(link=link.pk)


def _stands(link: Link) -> bool:
    """Whether the decision of a claimed link is committed; what identity has to know of an answer is told it.

    Nobody but this link drew the claim's id. A link to one's own pages decides nothing but what was withdrawn by it.
    """
    if link.action not in ANSWERS:
        return ConsentRecord.objects.filter(decision=str(link.claim)).exists()
    # A mail about several photos has an entry for each that was answered.
    event = mentioning(str(link.claim), action=ANSWERS[Link.Action(link.action)]).first()
    if event is None:
        return False
    agreed = ConsentRecord.objects.filter(decision=str(link.claim), state="given").exists()
    if agreed and UPDATES in event.data["choices"]:
        identity.set_updates(participant=link.identity_id, on=True)
    return True


def release_letters(*, older_than: timedelta) -> None:
    """Let the mail of every sending go that was sent, and whose mail was not told so."""
    waiting = mails_not_released(older_than).exclude(decision=None).values_list("decision", flat=True)
    sent = Contribution.objects.filter(pk__in=list(waiting), state=SendingState.SENT)
    for sending in sent.values_list("pk", flat=True):
        identity.release_mail(decision=sending)


def tie_sendings() -> None:
    """Follow an address that was changed: whose answer a sending waits for is said by identity."""
    waiting = dict(Contribution.objects.filter(state=SendingState.SENT).values_list("pk", "participant"))
    for sending, participant in Keep.objects.filter(subject__in=list(waiting)).values_list("subject", "identity"):
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
            receipts.issue_again(decision=decision, participant=waiting[decision])


def write_invitations() -> None:
    """Ask again for the mail of everybody who was asked and not written to. Who is not to be written to gets none."""
    asked = by_leads(to_ask(Invitation.objects.all()))
    mailed = Mail.objects.filter(kind=Mail.Kind.INVITATION, decision__in=list(asked))
    for lead in set(asked) - set(mailed.values_list("decision", flat=True)):
        giver = asked[lead][0].photo.contribution.participant
        if giver is not None:
            inviting.send(invitations=asked[lead], giver=giver)


def drop_keeps() -> None:
    """Let the addresses go that nothing needs any more: of sendings of which nothing is left, of questions that ended.

    Identity sends a receipt under way first.
    """
    since = timezone.now() - LOOK_BACK
    over = [
        Contribution.objects.filter(closed_at__gt=since),
        ended().filter(Q(lapsed_at__gt=since) | Q(photo__erased_at__gt=since)),
    ]
    for rows in over:
        subjects = list(rows.values_list("pk", flat=True))
        for subject in Keep.objects.filter(subject__in=subjects).values_list("subject", flat=True):
            identity.drop_keep(subject=subject)


def drop_strays(*, older_than: timedelta) -> None:
    """Let addresses go that were kept for an invitation which never came to be, or was taken back.

    No mail was ever written on their account; a sending's or a claim's keep has one.
    """
    mailed = Mail.objects.filter(decision=OuterRef("subject"))
    recent = keeps_older_than(older_than).filter(created_at__gt=timezone.now() - LOOK_BACK)
    alone = set(recent.exclude(Exists(mailed)).values_list("subject", flat=True))
    for model in (Contribution, Invitation, Claim):
        alone -= set(model.objects.filter(pk__in=alone).values_list("pk", flat=True))
    for subject in sorted(alone):
        identity.drop_keep(subject=subject)
