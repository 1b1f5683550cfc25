"""How releases stand, in numbers for those who run the site (settings.SYSTEM_FIGURES)."""

from collections.abc import Mapping

from django.db.models import Count, Min
from django.utils import timezone

from releases.models import Crop, Release, Shard
from releases.transitions import ReleaseState


def system_figures() -> Mapping[str, float]:
    """Releases being built and since when, crops still to be made, and what was parked after its tries."""
    building = Release.objects.filter(state=ReleaseState.FROZEN).order_by()
    counted = building.aggregate(number=Count("pk"), oldest=Min("frozen_at"))
    return {
        "releases_building": counted["number"],
        "releases_oldest_seconds": (timezone.now() - counted["oldest"]).total_seconds() if counted["oldest"] else 0.0,
        "crops_waiting": Crop.objects.waiting().count(),
        "release_parts_parked": Shard.objects.parked().count() + Crop.objects.parked().count(),
    }
