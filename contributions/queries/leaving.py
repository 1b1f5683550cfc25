"""What is past its time: drafts, unanswered sendings, photos to erase."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from contributions.models import Contribution, Photo
from contributions.queries.use import open_withdrawals
from contributions.transitions import PhotoState, SendingState


def drafts_past_their_time(*, overdue: timedelta = timedelta(0)) -> list[UUID]:
    """Sendings that were begun settings.DRAFT_HOURS ago and never sent, and should have lapsed `overdue` ago."""
    before = timezone.now() - timedelta(hours=settings.DRAFT_HOURS) - overdue
    late = Contribution.objects.filter(state=SendingState.DRAFT, created_at__lte=before)
    return list(late.values_list("pk", flat=True))


def unanswered_past_their_time(*, overdue: timedelta = timedelta(0)) -> list[UUID]:
    """Sendings that were sent settings.UNVERIFIED_DAYS ago, never answered, and should have lapsed `overdue` ago."""
    before = timezone.now() - timedelta(days=settings.UNVERIFIED_DAYS) - overdue
    late = Contribution.objects.filter(state=SendingState.SENT, sent_at__lte=before)
    return list(late.values_list("pk", flat=True))


def to_erase(*, overdue: timedelta = timedelta(0), limit: int | None = None) -> list[UUID]:
    """Photos whose bytes are to be erased and were due `overdue` ago, those that are held back left out."""
    before = timezone.now() - overdue
    due = open_withdrawals().filter(erase_from__lte=before)
    late = Photo.objects.exclude(state=PhotoState.ERASED).filter(
        Q(state=PhotoState.LAPSED, lapsed_at__lte=before) | Exists(due)
    )
    ids = list(late.order_by("lapsed_at", "pk").values_list("pk", flat=True))
    held = held_back(ids)
    return [pk for pk in ids if pk not in held][:limit]


def held_back(photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of the photos whose erasure somebody suspended: settings.ERASURE_HOLDS names the upper rooms' queries."""
    held: set[UUID] = set()
    for name in settings.ERASURE_HOLDS:
        held |= set(import_string(name)(photo_ids))
    return held
