"""The custodian ends the use of a photo for good: another word than withdrawing, and nobody's own no.

Nobody takes it back: whoever agreed is told, and the photo is erased after the same wait as any other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import record
from audit.models import EventKind
from consent import actions as consent
from consent.models import Method
from consent.queries import ConsentState, current
from contributions.actions import receipts
from contributions.actions.leaving import lapse, take_out
from contributions.actions.receipts import Decided
from contributions.models import UNDER_WAY, ConsentSubject, Contribution, Photo, Withdrawal
from contributions.queries.renewal import AGREED_ONCE
from contributions.transitions import HELD, SendingState
from vault.crash import here

REVOKED = EventKind(
    "photo:revoked", "{actor} ended the use of photo {photo} for good: {reason}.", fields=("photo", "reason")
)
ENDABLE = AGREED_ONCE | {ConsentState.REQUESTED}


class Reason(models.TextChoices):
    """Why we end the use of a photo, as the log says it."""

    SAFETY = "safety", _("It is unsafe for somebody")
    CLAIM = "claim", _("Somebody is shown who was never asked")
    MISTAKE = "mistake", _("It should never have been taken in")
    ETHICS = "ethics", _("The ethics committee asks for it")
    SAME_PICTURE = "same_picture", _("The same picture was withdrawn")


def revoke(*, photos: Collection[UUID], by: str, reason: str) -> tuple[UUID, ...]:
    """End the use of these photos for good and tell everybody who had agreed; the photos that this call ended.

    `reason` is a value of Reason; raises ValueError for another. A photo that is gone, or that we ended before, is left
    alone, and one whose time has come, too: a receipt would tell that it is held back. One that is on its way out can
    be taken back by nobody from now on.
    """
    ended, decided = end_use(photos=photos, by=by, reason=reason)
    here("revocation:committed")
    tell(decided)
    return ended


@transaction.atomic
def end_use(*, photos: Collection[UUID], by: str, reason: str) -> tuple[tuple[UUID, ...], list[Decided]]:
    """As `revoke`, in the caller's transaction: the photos, and the receipts that `tell` mails once it is committed."""
    reason = Reason(reason).value
    sendings, here_still = _locked(photos)
    ended = Q(cause=Withdrawal.Cause.REVOKED) | Q(erase_from__lte=timezone.now())
    over = Withdrawal.objects.filter(UNDER_WAY, ended, photo__in=here_still)
    done = set(over.values_list("photo", flat=True))
    ending = [photo for photo in here_still if photo.pk not in done]
    answered = [photo for photo in ending if sendings[photo.contribution_id] == SendingState.ANSWERED]
    for photo in ending:
        record(REVOKED, subject=photo.pk, by=by, photo=photo.pk, reason=reason)
    # Nobody has agreed to these yet, so there is nothing to wait for.
    lapse(photos=[photo for photo in ending if photo not in answered], reason=reason, by=by)
    take_out(photos=answered, decision=uuid4(), by=by, cause=Withdrawal.Cause.REVOKED)
    return tuple(photo.pk for photo in ending), _end_consent(answered, by)


def tell(decided: Iterable[Decided]) -> None:
    """Mail the receipts of a committed revocation."""
    for one in decided:
        receipts.mail(one, what="ended")


def _locked(photos: Collection[UUID]) -> tuple[dict[UUID, str], list[Photo]]:
    """The photos that are held, locked, and the states of their sendings: these first, as whoever answers locks both.

    What a join brings along with a row that had to be waited for is as old as the question.
    """
    sendings = Contribution.objects.filter(pk__in=Photo.objects.filter(pk__in=photos).values("contribution"))
    states = {row.pk: row.state for row in sendings.select_for_update().order_by("pk")}
    held = Photo.objects.select_for_update(of=("self",)).filter(pk__in=photos, state__in=HELD)
    return states, list(held.order_by("pk"))


def _end_consent(photos: Collection[Photo], by: str) -> list[Decided]:
    """Revoke what anybody was asked or agreed to; each person's answers under a decision and a receipt of their own."""
    subjects = {row.pk: row for row in ConsentSubject.objects.filter(photo__in=photos).select_related("photo")}
    endable: dict[UUID, list[ConsentSubject]] = defaultdict(list)
    agreed: dict[UUID, list[Photo]] = defaultdict(list)
    for pk, standing in current(list(subjects)).items():
        row = subjects[pk]
        if standing.state in ENDABLE:
            endable[row.participant].append(row)
        if standing.state in AGREED_ONCE:
            # Even if too long ago: they hold a receipt, so they are given the one that ends it.
            agreed[row.participant].append(row.photo)
    decided = []
    for participant, rows in sorted(endable.items()):
        decision = uuid4()
        consent.revoke(subjects=[row.pk for row in rows], decision=decision, by=by, method=Method.DESK)
        decided.append(receipts.issue(photos=agreed[participant], participant=participant, decision=decision))
    return decided
