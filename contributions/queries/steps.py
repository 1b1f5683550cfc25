"""Which steps wait, for how long, and which gave up."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, UUIDField, Value, When
from django.utils import timezone

from consent.queries import Anew, Prepared
from contributions.models import UNDER_WAY, Photo, Step, Withdrawal
from contributions.transitions import PhotoState

PHASES = (Step.Phase.INTAKE, Step.Phase.CONSENTED, Step.Phase.WITHDRAWAL)
STOPPED = frozenset({PhotoState.LAPSED, PhotoState.ERASED})
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)


# Of a photo on its way out the steps out, of every other one those in.
_STOPPED_NOW = Exists(Withdrawal.objects.filter(UNDER_WAY, photo=OuterRef("photo"))) | Q(photo__state__in=STOPPED)
_OF_ITS_WAY = Q(_STOPPED_NOW, phase=Step.Phase.WITHDRAWAL) | Q(~Q(_STOPPED_NOW), ~Q(phase=Step.Phase.WITHDRAWAL))


def next_step(photo_id: UUID) -> Step | None:
    """The step that is a photo's turn; None when nothing waits or the step in turn is parked.

    Intake comes before consented. Once use was stopped only the way out is taken.
    """
    step = next(iter(_IN_TURN.rows(photo=photo_id)), None)
    return None if step is None or step.parked_at else step


def is_stopped(photo_id: UUID) -> bool:
    """True when the photo is on its way out, or gone."""
    on_its_way = Withdrawal.objects.filter(UNDER_WAY, photo_id=photo_id)
    return on_its_way.exists() or Photo.objects.filter(pk=photo_id, state__in=STOPPED).exists()


def photos_waiting(*, now: datetime | None = None, limit: int = 500) -> list[UUID]:
    """Photos with a step that nobody took up in time or whose last try is long enough ago; oldest first."""
    now = now or timezone.now()
    found: dict[UUID, None] = {}
    steps = Step.objects.filter(done_at__isnull=True, parked_at__isnull=True, created_at__lte=now - FIRST_PAUSE)
    for step in steps.order_by("created_at")[: limit * 4]:
        if step.started_at is None or step.started_at + pause_after(step.attempts) <= now:
            found[step.photo_id] = None
        if len(found) >= limit:
            break
    return list(found)


def pause_after(attempts: int) -> timedelta:
    """How long a step rests after that many tries: 15 s, doubled each time, at most an hour."""
    return min(FIRST_PAUSE * (1 << max(0, min(attempts, 20) - 1)), LONGEST_PAUSE)


def parked() -> QuerySet[Step]:
    """Steps that gave up and wait for a person, oldest first."""
    return Step.objects.filter(parked_at__isnull=False, done_at__isnull=True).order_by("parked_at")


def unfinished_ways_out(photo_ids: Collection[UUID]) -> QuerySet[Step]:
    """Steps of these photos by which other rooms have still to let go of them, parked ones included."""
    return Step.objects.filter(photo__in=photo_ids, phase=Step.Phase.WITHDRAWAL, done_at__isnull=True)


def is_out_of_use(photo_id: UUID) -> bool:
    """Whether a withdrawn photo was taken back from every room: its withdrawal stands, and no step of it is left."""
    withdrawn = Withdrawal.objects.filter(photo_id=photo_id, cancelled_at__isnull=True).exists()
    return withdrawn and not unfinished_ways_out([photo_id]).exists()


def overdue(*, older_than: timedelta) -> QuerySet[Step]:
    """Open steps that were not done `older_than` after they were opened, whatever the reason."""
    return Step.objects.filter(
        done_at__isnull=True, parked_at__isnull=True, created_at__lt=timezone.now() - older_than
    ).order_by("created_at")


def _in_order(steps: QuerySet[Step]) -> QuerySet[Step]:
    ranks = [When(phase=phase, then=Value(rank)) for rank, phase in enumerate(PHASES)]
    return steps.annotate(rank=Case(*ranks, output_field=IntegerField())).order_by("rank", "position", "id")


def _in_turn(photo: Anew) -> QuerySet[Step]:
    return _in_order(Step.objects.filter(photo=photo, done_at__isnull=True)).filter(_OF_ITS_WAY)[:1]


# Asked before and after every step of every photo.
_IN_TURN: Final = Prepared("mpm_step_in_turn", _in_turn, photo=UUIDField())
