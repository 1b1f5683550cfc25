"""How the reading stands, in numbers for those who run the site (settings.SYSTEM_FIGURES)."""

from collections.abc import Mapping

from django.db.models import Count, Min, Q
from django.utils import timezone

from annotation.models import Task, TextSearch
from annotation.transitions import FOR_ANNOTATORS, Stage, TaskState


def system_figures() -> Mapping[str, float]:
    """Photos that wait for a reading or to be settled and since when, and those in which text is still to be found."""
    to_settle = Q(stage=Stage.SETTLING)
    counted = Task.objects.filter(state=TaskState.OPEN, stage__in=[*FOR_ANNOTATORS, Stage.SETTLING]).aggregate(
        reading=Count("pk", filter=~to_settle),
        settling=Count("pk", filter=to_settle),
        oldest=Min("waiting_since"),
    )
    searches = TextSearch.objects.filter(done_at__isnull=True)
    return {
        "reading_waiting": counted["reading"],
        "settling_waiting": counted["settling"],
        "reading_oldest_seconds": (timezone.now() - counted["oldest"]).total_seconds() if counted["oldest"] else 0.0,
        "texts_waiting": searches.filter(parked_at__isnull=True).count(),
        "texts_parked": searches.filter(parked_at__isnull=False).count(),
    }
