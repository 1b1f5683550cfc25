"""Claims of people who think they are pictured: which photos they keep out of use, and what staff see of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.models import Event
from audit.queries import id_in, told, unlike
from contributions.models import UNDER_WAY, Claim, ClaimedPhoto, Photo, Withdrawal
from contributions.transitions import HELD, ClaimState, SendingState

NOT_SHOWN, SHOWN = ClaimedPhoto.Ruling.NOT_SHOWN, ClaimedPhoto.Ruling.SHOWN
# Still to be confirmed, or looked at.
UNSETTLED = frozenset({ClaimState.WRITTEN, ClaimState.OPEN})
# A claim can be about what somebody sent, whether or not it is agreed to yet.
GIVEN = frozenset({SendingState.SENT, SendingState.ANSWERED})
# A claim and a photo that it names.
Named: TypeAlias = tuple[UUID, UUID]
_TOLD = {
    "claim:written": ("claim_unknown", lambda row: row is not None),
    "claim:opened": ("claim_not_opened", lambda row: row.opened_at is not None),
    "claim:lapsed": ("claim_not_let_go", lambda row: row.state == ClaimState.LAPSED),
    "claim:settled": ("claim_not_settled", lambda row: row.state == ClaimState.SETTLED),
    "claim:sender_released": ("claim_still_blocks", lambda row: not row.blocks),
}


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """One line of the desk: the claim, how many photos wait for a ruling or a settlement, and since when (days)."""

    claim: Claim
    photos: int
    days: int

    @property
    def is_overdue(self) -> bool:
        """Whether it waits longer than settings.CLAIM_DAYS."""
        return self.days >= settings.CLAIM_DAYS


def claimed(*, but_for: UUID | None = None) -> Q:
    """On photos: an open claim may be about it, and nobody has ruled yet that the person is not shown.

    That is a photo that the claim names, or any that the participant who may have sent it had sent before the claim was
    opened, while the claim blocks them. What one claim alone keeps (`but_for`) does not count.
    """
    cleared = ClaimedPhoto.objects.filter(claim=OuterRef("pk"), photo=OuterRef(OuterRef("pk")), ruling=NOT_SHOWN)
    open_claims = Claim.objects.filter(state=ClaimState.OPEN)
    open_claims = open_claims.exclude(pk=but_for) if but_for else open_claims
    of_sender = open_claims.filter(
        blocks=True, sender=OuterRef("contribution__participant"), opened_at__gt=OuterRef("contribution__sent_at")
    ).exclude(Exists(cleared))
    named = ClaimedPhoto.objects.filter(photo=OuterRef("pk"), claim__state=ClaimState.OPEN).exclude(ruling=NOT_SHOWN)
    named = named.exclude(claim=but_for) if but_for else named
    return Q(Exists(named)) | Q(Exists(of_sender))


def may_block(claim: Claim, *, at: datetime) -> bool:
    """Whether a claim that is opened at this time takes its sender's photos out of use by itself.

    Only one does at a time, and none for settings.CLAIM_PAUSE_DAYS after one that came to nothing: anybody can name
    anybody. What officers add is out of use in any case.
    """
    paused = Q(state=ClaimState.SETTLED, closed_at__gt=at - timedelta(days=settings.CLAIM_PAUSE_DAYS))
    others = Claim.objects.filter(Q(state=ClaimState.OPEN) | paused, sender=claim.sender).exclude(pk=claim.pk)
    return claim.sender is not None and not others.exists()


def senders_to_forget() -> QuerySet[Claim]:
    """Settled claims that still know who was named, and whose pause is over."""
    before = timezone.now() - timedelta(days=settings.CLAIM_PAUSE_DAYS)
    return Claim.objects.filter(state=ClaimState.SETTLED, sender__isnull=False, closed_at__lte=before)


def candidates(claim: Claim) -> QuerySet[Photo]:
    """The photos that a claim may be about and that are held: those it names, and those that the sender had sent.

    What was sent after the claim was opened is not among them, nor what is held back after its time.
    """
    sent_by = Q(contribution__participant=claim.sender, contribution__sent_at__lt=claim.opened_at)
    sent_by = sent_by if claim.sender and claim.opened_at else Q(pk__in=[])
    named = Exists(ClaimedPhoto.objects.filter(claim=claim, photo=OuterRef("pk")))
    return _to_be_ended().filter(sent_by | Q(named))


def can_be_claimed(photo: UUID) -> bool:
    """Whether a claim may be about this photo."""
    return _to_be_ended().filter(pk=photo).exists()


def claimable(photos: Collection[UUID]) -> set[UUID]:
    """Those of the photos that a claim may be about."""
    return set(_to_be_ended().filter(pk__in=photos).values_list("pk", flat=True))


def waiting_claims() -> list[OpenClaim]:
    """What waits for staff, oldest first."""
    waiting = Claim.objects.filter(state=ClaimState.OPEN).order_by("opened_at", "pk")
    return [OpenClaim(claim, candidates(claim).count(), _days(claim.opened_at)) for claim in waiting]


def rulings(claim: Claim) -> dict[UUID, str]:
    """What was ruled on each photo that the claim names: empty text where nothing was."""
    return dict(claim.photos.values_list("photo", "ruling"))


def past_their_time(*, overdue: timedelta = timedelta(0)) -> QuerySet[Claim]:
    """Claims whose link was mailed settings.LINK_HOURS ago and not used, and that should have lapsed `overdue` ago."""
    before = timezone.now() - timedelta(hours=settings.LINK_HOURS) - overdue
    return Claim.objects.filter(state=ClaimState.WRITTEN, created_at__lte=before)


def missing_claims() -> Iterator[str]:
    """A line for each claim, and each photo of one, that is not, or does not stand, as the log tells."""
    yield from unlike(_TOLD, Claim.objects.only("state", "opened_at", "blocks"))
    # The last ruling on each photo of each claim counts.
    ruled: dict[Named, str] = {}
    yield from told("claim:photo_added", "claim:photo_ruled", read=_named, compare=partial(_not_added, ruled))
    rulings_known = set(ClaimedPhoto.objects.exclude(ruling="").values_list("claim", "photo", "ruling"))
    lost = [photo for (claim, photo), ruling in ruled.items() if (claim, photo, ruling) not in rulings_known]
    yield from (f"claim_ruling_unknown {photo}" for photo in lost)


def _named(entry: Event) -> tuple[Named, str]:
    return (id_in(entry, "claim"), id_in(entry, "photo")), str(entry.data.get("ruling", ""))


def _not_added(ruled: dict[Named, str], batch: list[tuple[Event, tuple[Named, str]]]) -> Iterator[str]:
    claims = [claim for _entry, ((claim, _photo), _ruling) in batch]
    there = set(ClaimedPhoto.objects.filter(claim__in=claims).values_list("claim", "photo"))
    for _entry, (named, ruling) in batch:
        if ruling:
            ruled[named] = ruling
        elif named not in there:
            yield f"claim_photo_unknown {named[1]}"


def _to_be_ended() -> QuerySet[Photo]:
    over = Withdrawal.objects.filter(UNDER_WAY, photo=OuterRef("pk"), erase_from__lte=timezone.now())
    return Photo.objects.filter(~Exists(over), contribution__state__in=GIVEN, state__in=HELD)


def _days(since: datetime | None) -> int:
    return (timezone.now() - since).days if since else 0
