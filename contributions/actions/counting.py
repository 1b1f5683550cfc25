"""Counting what the collection has, for the public page. No event: nothing that anybody did, and nothing to look up."""

from django.db import transaction
from django.utils import timezone

from contributions.models import CoverageCount
from contributions.queries.coverage import FEWEST
from contributions.queries.tallying import acted_since, tallied


@transaction.atomic
def count_coverage() -> bool:
    """Count anew if at least five participants acted since the last time, so that no change is one person's alone.

    Whether it was counted.
    """
    now = timezone.now()
    last = CoverageCount.objects.select_for_update().first()
    if last is not None and acted_since(last.at) < FEWEST:
        return False
    CoverageCount.objects.update_or_create(one=True, defaults={"at": now, "shown": tallied()})
    return True
