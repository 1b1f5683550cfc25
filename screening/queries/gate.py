"""The gate: one answer to "may this photo be shown or used?", and what the safety officer's desk reads."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from contributions import queries as contributions
from contributions.models import Photo
from screening.models import LegalHold, Verdict
from screening.transitions import HoldState, VerdictState

# Why a photo was locked after a restore: its hold stands in the log, and its officers nowhere.
HOLD_WITHOUT_OFFICERS: Final = "hold_without_officers"


def newest_verdict(photo_id: UUID) -> Verdict | None:
    """The verdict that counts for a photo's present content under the present policy; None: never judged."""
    return (
        Verdict.objects.filter(photo_id=photo_id, policy=settings.SCREENING_POLICY, content=F("photo__full_id"))
        .order_by("-id")
        .first()
    )


def servable() -> QuerySet[Photo]:
    """Photos that may be shown to staff or put into a release: in use by consent, and judged clear. Nothing else is."""
    return _judged(contributions.in_use(), VerdictState.CLEAR)


def held() -> QuerySet[Photo]:
    """Photos that wait for the safety officer, oldest first. Those withdrawn or erased are gone from here."""
    staying = Photo.objects.filter(~Exists(contributions.open_withdrawals()), state="ready")
    return _judged(staying, VerdictState.HELD).order_by("ready_at")


def _judged(photos: QuerySet[Photo], state: VerdictState) -> QuerySet[Photo]:
    """Those whose newest verdict on their present content under the present policy is this one."""
    newest = Verdict.objects.filter(
        photo=OuterRef("pk"), policy=settings.SCREENING_POLICY, content=OuterRef("full_id")
    ).order_by("-id")
    return photos.annotate(newest_verdict=Subquery(newest.values("state")[:1])).filter(newest_verdict=state)


def locked_among(photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of the photos that were ever locked: their bytes stay sealed until a written procedure decides.

    A lock that stands for a hold of officers whom a restored backup has lost ends when two officers place and lift a
    hold of the same photo.
    """
    locks = Verdict.objects.filter(photo__in=photo_ids, state=VerdictState.LOCKED).exclude(_ended_lock())
    return set(locks.values_list("photo_id", flat=True))


def holds_without_officers() -> list[UUID]:
    """Photos that are locked for a hold alone whose officers a restored backup has lost."""
    locks = Verdict.objects.filter(state=VerdictState.LOCKED, reasons__contains=[HOLD_WITHOUT_OFFICERS])
    return sorted(set(locks.exclude(_ended_lock()).values_list("photo_id", flat=True)))


def _ended_lock() -> Q:
    lifted = LegalHold.objects.filter(photo=OuterRef("photo"), state=HoldState.LIFTED, lifted_at__gt=OuterRef("at"))
    return Q(Exists(lifted), reasons__contains=[HOLD_WITHOUT_OFFICERS])
