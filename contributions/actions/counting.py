"""Counting what the collection has, for the public page. No event: nothing that anybody did, and nothing to look up."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from contributions.models import CoverageCount
from contributions.queries.coverage import FEWEST
from contributions.queries.tallying import acted_since, tallied


@transaction.atomic
def count_coverage() -> bool:
    """Count anew if at least five participants acted since the last time, so that no change is one person's alone.

    Not more often than every settings.COVERAGE_DAYS once numbers stand, so that nobody who gives and withdraws under
    several addresses can ask the page question after question. Whether it was counted.
    """
    now = timezone.now()
    last = CoverageCount.objects.select_for_update().first()
    if last is not None and (_is_young(last, now) or acted_since(last.at) < FEWEST):
        return False
    CoverageCount.objects.update_or_create(one=True, defaults={"at": now, "shown": tallied()})
    return True


def _is_young(last: CoverageCount, now: datetime) -> bool:
    return any(last.shown.values()) and last.at > now - timedelta(days=settings.COVERAGE_DAYS)
