"""Which photos come first: one table. A task has the priority of the first line that holds; the higher comes first."""

from datetime import timedelta
from enum import IntEnum
from statistics import mean
from typing import Final

from django.conf import settings
from django.utils import timezone

from annotation.models import Task
from annotation.transitions import Stage
from contributions.queries import Coverage


class Priority(IntEnum):
    """Why a photo comes before others, the strongest reason first."""

    MEANT_FOR_SOMEBODY = 40
    # Sooner than new photos, so that the first reader still remembers the photo when the two are compared.
    SECOND_OPINION = 30
    LONG_WAIT = 20
    RARE_AGE = 10
    NOTHING = 0


# An age is rare while its published number of people is below this share of the mean of all ages.
RARE_BELOW: Final = 0.5
COUNTED: Final = range(18)


def priority_of(task: Task, *, is_rare: bool = False) -> Priority:
    """The priority of a task as it stands; `is_rare` says that somebody in it has a rare age."""
    reasons = (
        (task.meant_for_id is not None, Priority.MEANT_FOR_SOMEBODY),
        (task.stage in {Stage.SECOND, Stage.SETTLING}, Priority.SECOND_OPINION),
        (timezone.now() - task.waiting_since >= timedelta(days=settings.LONG_WAIT_DAYS), Priority.LONG_WAIT),
        (is_rare, Priority.RARE_AGE),
    )
    return next((priority for holds, priority in reasons if holds), Priority.NOTHING)


def rare_ages(coverage: Coverage) -> frozenset[int]:
    """Whole years of which the collection has far fewer people than of others; none before it was counted."""
    if not coverage.ages:
        return frozenset()
    # An age that is not told has too few to be told.
    numbers = {age: coverage.ages.get(age, 0) for age in COUNTED}
    least = RARE_BELOW * mean(numbers.values())
    return frozenset(age for age, number in numbers.items() if number < least)
