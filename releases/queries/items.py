"""Which photos releases were given out with, and which of them left since."""

from django.db.models import F, Q, QuerySet

from releases.models import Item


def given_out() -> QuerySet[Item]:
    """Items that stand in the manifest of a release which was given out, whether or not they left it since.

    Whatever leaves between building and publishing makes a release be built again, so the time of publishing is not
    asked for: two processes need not agree on it to the second.
    """
    stood = Q(dropped_at__isnull=True) | Q(dropped_at__gte=F("release__built_at"), shard__isnull=False)
    return Item.objects.filter(stood, release__published_at__isnull=False)


def left_since() -> QuerySet[Item]:
    """Items that left releases after these were given out. Found by the index of what left, not among all items."""
    return given_out().filter(dropped_at__isnull=False)
