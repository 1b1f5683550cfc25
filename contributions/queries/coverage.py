"""Which ages and times the collection has, and which it lacks, so told that nobody can be picked out.

A number stands only for a group of at least five people, given by at least five givers, and is rounded down to fives.
What is shown is counted by a worker and kept as it is shown; it is counted anew at most once in settings.COVERAGE_DAYS,
and only after at least five participants have agreed or changed their mind since. So neither a cell and its total, nor
two counts, differ by one person alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contributions.models import CoverageCount

FEWEST = 5
AGES = range(18)
# The first stands for every earlier decade, too.
DECADES = range(1940, 2030, 10)


@dataclass(frozen=True, slots=True)
class Coverage:
    """People under 18 in photos in use as they may be shown: multiples of five; a group that is absent is under 5.

    `ages` counts people by whole years; `cells` by (age, decade), where the decade is known; `decades` counts photos,
    not people. `at` is when it was counted, None before the first time.
    """

    at: datetime | None = None
    ages: Mapping[int, int] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], int] = field(default_factory=dict)
    decades: Mapping[int, int] = field(default_factory=dict)


def coverage() -> Coverage:
    """What was counted last: one small row, so that any page may ask."""
    row = CoverageCount.objects.first()
    if row is None:
        return Coverage()
    shown: dict[str, dict[str, int]] = row.shown
    cells = {tuple(int(part) for part in name.split()): count for name, count in shown["cells"].items()}
    return Coverage(
        at=row.at,
        ages={int(age): count for age, count in shown["ages"].items()},
        cells={(age, decade): count for (age, decade), count in cells.items()},
        decades={int(decade): count for decade, count in shown["decades"].items()},
    )


def column(decade: int) -> int:
    """The decade under which a photo of this decade is shown."""
    return min(max(decade, DECADES[0]), DECADES[-1])
