"""How much each person of the staff looks at and reads: for the lead, who sees to it that nobody sees too much.

No time per photo, which is shown to oneself alone, and no order but that of names.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Q
from django.utils import timezone

from annotation.days import midnight, today
from annotation.queries.own_readings import NOTHING, OwnReadings, figures_of, readings_of
from screening.models import View
from screening.queries import REVEAL, OwnLooks, looks_of

DAYS: Final = 30
WEEK: Final = 7
READERS: Final = frozenset({"annotator", "adjudicator"})
_LOOKERS: Final = (*sorted(READERS), "officer")


@dataclass(frozen=True, slots=True)
class Views:
    """Views of photos by one person: today (UTC), in the last WEEK and the last DAYS days, today among them.

    `by_reason` are those of the last DAYS, by what the view was for.
    """

    today: int = 0
    week: int = 0
    month: int = 0
    by_reason: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exposed:
    """One of the staff and what they have seen.

    `reading` is there for those who read photos, `looking` for officers who looked at a held one today: with the day's
    limit and the break.
    """

    name: str
    views: Views
    reading: OwnReadings | None
    looking: OwnLooks | None

    @property
    def is_capped(self) -> bool:
        """Whether a limit of the day is used up."""
        return any(one.is_capped for one in (self.reading, self.looking) if one is not None)

    @property
    def break_until(self) -> datetime | None:
        """Until when the person is on a break; None without one."""
        ends = [one.break_until for one in (self.reading, self.looking) if one is not None]
        return max((end for end in ends if end is not None), default=None)


def exposure() -> list[Exposed]:
    """Everybody whose work is looking at photos, and whoever else looked at one in the last DAYS days; by name."""
    views = _views()
    looked = Q(pk__in=views.keys()) | Q(is_active=True, groups__name__in=_LOOKERS)
    people = get_user_model()._default_manager.filter(looked).distinct().prefetch_related("groups")
    everybody = list(people.order_by("name", "pk"))
    read = readings_of([person.pk for person in everybody])
    found = []
    for person in everybody:
        seen = views.get(person.pk, Views())
        reads = person.pk in read or not READERS.isdisjoint(group.name for group in person.groups.all())
        found.append(
            Exposed(
                name=str(person),
                views=seen,
                reading=read.get(person.pk) or (figures_of(NOTHING, timezone.now()) if reads else None),
                looking=looks_of(person.pk) if REVEAL in seen.by_reason else None,
            )
        )
    return found


def annotators() -> list[tuple[UUID, str]]:
    """To whom a photo can be left: the ids and names of all annotators, by name."""
    people = get_user_model()._default_manager.filter(is_active=True, groups__name="annotator")
    return [(person.pk, str(person)) for person in people.order_by("name", "pk")]


def _views() -> dict[UUID, Views]:
    """The views of the last DAYS days by person, counted in one statement."""
    day = midnight(today())
    rows = View.objects.filter(at__gte=day - timedelta(days=DAYS - 1)).order_by().values_list("staff", "reason")
    counted = rows.annotate(
        Count("pk"),
        week=Count("pk", filter=Q(at__gte=day - timedelta(days=WEEK - 1))),
        today=Count("pk", filter=Q(at__gte=day)),
    )
    by_person: dict[UUID, list[tuple[str, int, int, int]]] = defaultdict(list)
    for person, *counts in counted:
        by_person[person].append(tuple(counts))
    return {
        person: Views(
            today=sum(today for _reason, _month, _week, today in counts),
            week=sum(week for _reason, _month, week, _today in counts),
            month=sum(month for _reason, month, _week, _today in counts),
            by_reason={reason: month for reason, month, _week, _today in counts},
        )
        for person, counts in by_person.items()
    }
