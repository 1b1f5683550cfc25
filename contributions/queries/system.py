"""How the work on photos stands, in numbers for those who run the site. Each is one read of an index."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from contributions.limits import free_bytes
from contributions.models import UNDER_WAY, Step, Withdrawal
from contributions.queries.giving import has_room
from contributions.queries.leaving import held_back
from contributions.queries.steps import parked


def system_figures() -> Mapping[str, float]:
    """Photos that wait for a step, steps that gave up, erasures that wait or are late, and the free disk (bytes)."""
    return {**_steps(), **_erasures(), "disk_free_bytes": free_bytes()}


def is_disk_free() -> bool:
    """Whether new photos are taken: the disk and the room for those not agreed to yet have not run out."""
    return has_room()


def _steps() -> dict[str, float]:
    """How many steps of each phase wait and since when: in seconds, 0 for none."""
    waiting = Step.objects.filter(done_at__isnull=True, parked_at__isnull=True)
    counted = waiting.aggregate(
        **{f"{phase}_steps_waiting": Count("pk", filter=Q(phase=phase)) for phase in Step.Phase.values},
        **{f"{phase}_oldest": Min("created_at", filter=Q(phase=phase)) for phase in Step.Phase.values},
    )
    figures: dict[str, float] = {"steps_parked": parked().count()}
    for phase in Step.Phase.values:
        figures[f"{phase}_steps_waiting"] = counted[f"{phase}_steps_waiting"]
        figures[f"{phase}_oldest_seconds"] = _age(counted[f"{phase}_oldest"])
    return figures


def _erasures() -> dict[str, float]:
    """Withdrawals under way, the oldest since use stopped, and those past what is promised which no law holds back."""
    under_way = Withdrawal.objects.filter(UNDER_WAY)
    allowed = timedelta(hours=settings.ERASED_WITHIN_HOURS - settings.WITHDRAWAL_WAIT_HOURS)
    late = list(under_way.filter(erase_from__lt=timezone.now() - allowed).values_list("photo", flat=True))
    counted = under_way.aggregate(number=Count("pk"), oldest=Min("stopped_at"))
    return {
        "erasures_waiting": counted["number"],
        "erasures_oldest_seconds": _age(counted["oldest"]),
        "erasures_late": len(set(late) - held_back(late)) if late else 0,
    }


def _age(since: datetime | None) -> float:
    return max(0.0, (timezone.now() - since).total_seconds()) if since else 0.0
