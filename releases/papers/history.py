"""How the photos of a release came together, and how it differs from the one before it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotation.models import Comparison
from releases.models import Item, Release
from releases.queries.items import given_out


@dataclass(frozen=True, slots=True)
class Collected:
    """The months in which photos were first and last sent, by how many people, read by how many staff, in seconds each.

    `twice` photos were read by a second person who did not see the first answer; `years` is the mean difference of the
    ages the two gave, over `ages` people whom both marked, and `same_count` how often they counted as many people.
    """

    first: date | None
    last: date | None
    contributors: int
    readers: int
    seconds: float
    twice: int
    same_count: int
    ages: int
    years: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the photos of the release `before`, None for the first: photos by what happened to them.

    `read_anew` are in both, but told of or cut in another way.
    """

    before: Release | None
    new: int
    left: int
    read_anew: int
    same: int


def collected(release: Release) -> Collected:
    """How the photos that stand in a release came together, up to when it was frozen."""
    sending = "public_id__photo__contribution"
    found = release.items.standing().aggregate(
        first=Min(f"{sending}__sent_at"),
        last=Max(f"{sending}__sent_at"),
        contributors=Count(f"{sending}__participant", distinct=True),
        readers=Count("reading__by", distinct=True),
        seconds=Avg("reading__seconds"),
    )
    figures = _figures(release)
    of_people = [one for one in figures if "counts" in one]
    ages = [abs(first - second) for one in of_people for first, second in one["ages"]]
    return Collected(
        first=_month(found["first"]),
        last=_month(found["last"]),
        contributors=found["contributors"],
        readers=found["readers"],
        seconds=round(found["seconds"] or 0, 1),
        twice=len(figures),
        same_count=sum(first == second for first, second in (one["counts"] for one in of_people)),
        ages=len(ages),
        years=round(sum(ages) / len(ages), 2) if ages else 0.0,
    )


def difference(release: Release) -> Difference:
    """How a release differs from the published one before it, as that one stood when this one was frozen.

    Whoever holds both sees as much from their ids; papers cover what is few.
    """
    now = release.items.standing()
    before = (
        Release.objects.filter(audience=release.audience, number__lt=release.number, published_at__isnull=False)
        .order_by("-number")
        .first()
    )
    if before is None:
        return Difference(None, new=now.count(), left=0, read_anew=0, same=0)
    theirs = given_out().filter(release=before)
    both = now.filter(public_id__in=theirs.values("public_id"))
    same = _the_same(both, before).count()
    shared = both.count()
    return Difference(before, now.count() - shared, theirs.count() - shared, shared - same, same)


def _month(moment: datetime | None) -> date | None:
    """Its first day: which day it was could point at one sending."""
    return moment.date().replace(day=1) if moment else None


def _the_same(both: QuerySet[Item], before: Release) -> QuerySet[Item]:
    """Those that were told of and cut in just the same way."""
    theirs = before.items.annotate(decade=Coalesce("taken_decade", 0)).filter(
        public_id=OuterRef("public_id"),
        reading=OuterRef("reading"),
        sha256=OuterRef("sha256"),
        grounds=OuterRef("grounds"),
        decade=OuterRef("decade"),
    )
    return both.annotate(decade=Coalesce("taken_decade", 0)).filter(Exists(theirs))


def _figures(release: Release) -> list[dict[str, Any]]:
    """What the comparisons of two readings say, of the photos that stand in a release, as of its freezing."""
    frozen = release.frozen_at or timezone.now()
    photos = release.items.standing().values("public_id__photo")
    stood = [
        Q(**{f"{one}__taken_back__isnull": True}) | Q(**{f"{one}__taken_back__at__gt": frozen})
        for one in ("first", "second")
    ]
    rows = Comparison.objects.filter(*stood, at__lte=frozen, second__task__photo__in=photos).order_by("pk")
    return list(rows.values_list("figures", flat=True))
