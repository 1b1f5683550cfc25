"""Near-duplicates as staff see them: facts of both photos, what waits for an answer, and which are the same picture."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from contributions.models import Photo, Withdrawal
from contributions.queries import departing, in_use
from screening.models import NearDuplicate
from screening.queries.duplicates import SURE
from screening.queries.gate import servable


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: when it was given, its size in pixels, how many people are marked, when it was withdrawn."""

    id: UUID
    sent_at: datetime | None
    width: int | None
    height: int | None
    people: int
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos and what staff said of them. Of a question after a withdrawal, the first is the one that stays."""

    row: NearDuplicate
    first: Side
    second: Side
    same_giver: bool

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both."""
        return self.first, self.second

    @property
    def is_sure(self) -> bool:
        """Whether the distance leaves no doubt; otherwise a person has to look."""
        return self.row.distance <= SURE

    @property
    def later(self) -> Side:
        """The one that was given last."""
        return max(self.sides, key=lambda side: (str(side.sent_at or ""), side.id))


def to_compare() -> QuerySet[NearDuplicate]:
    """Pairs of photos that may both be shown and that nobody has compared yet, the nearest first."""
    rows = _with_photos().filter(_shown("one"), _shown("other"), same__isnull=True)
    return rows.order_by("distance", "found_at", "pk")


def can_be_shown(pair: NearDuplicate) -> bool:
    """Whether the gate lets both pictures through."""
    return servable().filter(pk__in=[pair.one_id, pair.other_id]).count() == 2


def to_answer() -> QuerySet[NearDuplicate]:
    """Pairs of which one was withdrawn while the other is in use, and nobody said what becomes of it; oldest first.

    A withdrawal that was taken back asks nothing any more.
    """
    left = Q(_leaves("one"), _used("other")) | Q(_leaves("other"), _used("one"))
    rows = _with_photos().filter(left, asked_at__isnull=False, answer="").exclude(same=False)
    return rows.order_by("asked_at", "pk")


def all_pairs() -> QuerySet[NearDuplicate]:
    """Every pair, with its photos."""
    return _with_photos()


def with_facts(rows: Iterable[NearDuplicate]) -> list[Pair]:
    """The pairs with what is known of both photos."""
    rows = list(rows)
    photos = {photo.pk: photo for row in rows for photo in (row.one, row.other)}
    stopped = dict(
        Withdrawal.objects.filter(photo__in=list(photos), cancelled_at__isnull=True).values_list("photo", "stopped_at")
    )
    return [_pair(row, stopped) for row in rows]


def same_pictures(photo_ids: Collection[UUID]) -> list[frozenset[UUID]]:
    """Those of the photos that show one picture, two or more together; in the order of their smallest ids.

    Two belong together when staff said so, or when their distance leaves no doubt and nobody said otherwise.
    """
    together = Q(same=True) | Q(same__isnull=True, distance__lte=SURE)
    pairs = NearDuplicate.objects.filter(together, one__in=photo_ids, other__in=photo_ids).order_by()
    groups: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one, other in pairs.values_list("one", "other"):
        joined = groups[one] | groups[other] | {one, other}
        for photo in joined:
            groups[photo] = joined
    return sorted({frozenset(group) for group in groups.values()}, key=min)


def _with_photos() -> QuerySet[NearDuplicate]:
    return NearDuplicate.objects.select_related("one__contribution", "other__contribution").prefetch_related(
        "one__persons", "other__persons"
    )


def _asked_of(column: str, photos: QuerySet[Photo]) -> Coalesce:
    """Whether a pair's photo is among these, asked pair by pair on the indexes: as a join the database reads all."""
    return Coalesce(Exists(photos.filter(pk=OuterRef(column))), False)


def _shown(column: str) -> Coalesce:
    return _asked_of(column, servable())


def _used(column: str) -> Coalesce:
    return _asked_of(column, in_use())


def _leaves(column: str) -> Coalesce:
    return _asked_of(column, departing())


def _pair(row: NearDuplicate, stopped: dict[UUID, datetime]) -> Pair:
    one, other = _side(row.one, stopped), _side(row.other, stopped)
    givers = {row.one.contribution.participant, row.other.contribution.participant}
    same_sending = row.one.contribution_id == row.other.contribution_id
    staying_first = (other, one) if one.withdrawn_at and not other.withdrawn_at else (one, other)
    return Pair(row, *staying_first, same_giver=same_sending or (len(givers) == 1 and None not in givers))


def _side(photo: Photo, stopped: dict[UUID, datetime]) -> Side:
    return Side(
        id=photo.pk,
        sent_at=photo.contribution.sent_at,
        width=photo.width,
        height=photo.height,
        people=len(photo.persons.all()),
        withdrawn_at=stopped.get(photo.pk),
    )
