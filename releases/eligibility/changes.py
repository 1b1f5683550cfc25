"""Whether what was frozen is still in, as it was frozen; and which photos left for good, or only wait."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from consent.models import Scope
from contributions import queries as contributions
from contributions.models import Photo
from releases.eligibility.gate import IN, decided
from releases.eligibility.rules import Rules
from releases.models import Item, Release
from screening.queries import is_closed

# The reasons of a photo that may not be used at this moment, whatever is read in it.
STOPPED: Final = ("consent", "screening", "scope")


@dataclass(frozen=True, slots=True)
class Stopped:
    """Photos of standing items that may not be used at this moment.

    `left` are on their way out or gone, their consent is over, or it does not cover the release any more. `waiting`
    are all others: screening holds them, or a claim or a question about them is open. They may come back.
    """

    left: frozenset[UUID] = frozenset()
    waiting: frozenset[UUID] = frozenset()


def changed(release: Release) -> str:
    """Why the items that nobody dropped are not all in any more as they were frozen; "" when they are.

    "closed": the gate lets no photo through; "withdrawn": a photo left for good; "held": photos may not be used for
    now; "read_again": the reading that settled is another one, or none, or its picture is cut no more.
    """
    standing = Item.objects.standing().filter(release=release)
    now = decided(Rules.of(release)).filter(public_ids__items__in=standing)
    same = Case(When(settled=F("public_ids__items__reading"), then=Value(True)), default=Value(False))
    found = now.annotate(same=same).values_list("reason", "same").annotate(photos=Count("pk"))
    counted = {(reason, is_same): photos for reason, is_same, photos in found}
    # A photo that is not here any more has no row.
    if sum(counted.values()) < standing.count() or any(reason in STOPPED for reason, _same in counted):
        return _why_stopped(release)
    return "" if set(counted) <= {(IN, True)} else "read_again"


def _why_stopped(release: Release) -> str:
    if is_closed():
        return "closed"
    return "withdrawn" if stopped(release).left else "held"


def stopped(release: Release) -> Stopped:
    """Which photos of a release may not be used at this moment, and whether for good.

    While the gate is closed to every photo this tells nothing: all of them wait.
    """
    usable = decided(Rules.of(release)).exclude(Q(("reason__in", STOPPED))).values_list("pk", flat=True)
    items = release.items.standing().order_by()
    # Compared here: to look so many up in a list of as many, the database needs memory that it may not have.
    out = set(items.values_list("public_id__photo", flat=True)) - set(usable)
    if not out:
        return Stopped()
    left = out & (_departing(release) | _over(release))
    return Stopped(frozenset(left), frozenset(out - left))


def _departing(release: Release) -> set[UUID]:
    return _among(release, contributions.departing())


def _over(release: Release) -> set[UUID]:
    """Photos that nothing keeps out for a time alone, and that are not agreed to for all that the release asks."""
    needed = Rules.of(release).needed
    lasting = _among(release, contributions.staying()) - _among(release, contributions.in_question())
    agreed = contributions.in_use() if needed <= {Scope.RESEARCH} else contributions.in_use(scopes=sorted(needed))
    return lasting - _among(release, agreed)


def _among(release: Release, photos: QuerySet[Photo]) -> set[UUID]:
    standing = release.items.standing().order_by().values("public_id__photo")
    return set(photos.filter(pk__in=standing).order_by().values_list("pk", flat=True))
