"""How releases stand, in numbers for those who run the site (settings.SYSTEM_FIGURES)."""

from collections.abc import Mapping

from django.db.models import Count, Min
from django.utils import timezone

from releases.models import Crop, Release, Shard
from releases.queries.crops import parked_crops
from releases.transitions import ReleaseState


def system_figures() -> Mapping[str, float]:
    """Releases being built and since when, crops still to be made, and what was parked after its tries."""
    building = Release.objects.filter(state=ReleaseState.FROZEN).order_by()
    counted = building.aggregate(number=Count("pk"), oldest=Min("frozen_at"))
    shards = Shard.objects.filter(parked_at__isnull=False, built_at__isnull=True, destroyed_at__isnull=True)
    crops = Crop.objects.filter(cut_at__isnull=True, dropped_at__isnull=True, refused=False, parked_at__isnull=True)
    return {
        "releases_building": counted["number"],
        "releases_oldest_seconds": (timezone.now() - counted["oldest"]).total_seconds() if counted["oldest"] else 0.0,
        "crops_waiting": crops.count(),
        "release_parts_parked": shards.count() + parked_crops().count(),
    }
