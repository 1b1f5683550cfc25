"""Claims that were cut short between the two databases, completed; and those that nobody confirmed, let go."""

from datetime import timedelta

from audit.queries import mentioning
from contributions.actions.claiming import LAPSED, OPENED, forget_senders, lapse_what_is_late
from contributions.actions.settling import answer
from contributions.models import Claim
from contributions.queries.claims import UNSETTLED
from contributions.transitions import ClaimState
from identity import actions as identity
from identity.models import Keep, Link
from identity.queries import claimed_not_closed, keeps_older_than, mails_not_released


def complete_claims(*, older_than: timedelta, given_back: timedelta) -> None:
    """Bring identity to where the claims of research are. May be done at any time, and again.

    `older_than` is how long something is left to the request that began it, `given_back` how long an address that a
    request may still be writing the words for.
    """
    lapse_what_is_late()
    forget_senders()
    _close_links(older_than)
    _release_letters(older_than)
    _answer_settled()
    _drop_unwritten(given_back)


def _close_links(older_than: timedelta) -> None:
    """Close the links whose choice stands; one whose choice never came to be is given back as any other is."""
    for link in claimed_not_closed(older_than).filter(action=Link.Action.CLAIM):
        if any(mentioning(str(link.claim), action=kind.name).exists() for kind in (OPENED, LAPSED)):
            identity.close(link=link.pk)


def _release_letters(older_than: timedelta) -> None:
    waiting = mails_not_released(older_than).exclude(decision=None).values_list("decision", flat=True)
    written = Claim.objects.filter(pk__in=list(waiting), state=ClaimState.WRITTEN)
    for claim in written.values_list("pk", flat=True):
        identity.release_mail(decision=claim)


def _answer_settled() -> None:
    """Answer what was settled, and let the address of every claim go that is over."""
    kept = list(Keep.objects.values_list("subject", flat=True))
    for claim in Claim.objects.filter(pk__in=kept).exclude(state__in=UNSETTLED):
        if claim.state == ClaimState.SETTLED:
            answer(claim_id=claim.pk, participant=claim.participant)
        else:
            identity.drop_keep(subject=claim.pk)


def _drop_unwritten(given_back: timedelta) -> None:
    """Let addresses go that were kept for a claim whose words were lost with the process that held them."""
    asked = Link.objects.filter(action=Link.Action.CLAIM).values("subject")
    kept = list(keeps_older_than(given_back).filter(subject__in=asked).values_list("subject", flat=True))
    there = set(Claim.objects.filter(pk__in=kept).values_list("pk", flat=True))
    for claim in set(kept) - there:
        identity.drop_keep(subject=claim)
