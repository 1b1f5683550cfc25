"""The samples of many items, read as plain rows: with an object a photo and a person it took thrice as long."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONArray

from annotation.models import ReadingPerson
from releases.models import Item, Release
from releases.queries.items import standing
from releases.samples import Facts, Person, sample

AT_ONCE: Final = 2000
_BOX: Final = ("left", "top", "right", "bottom")
# In the order in which _person takes them.
_PERSON: Final = ("x", "y", "age_years", "age_low", "age_high", "moved", "suggested", *_BOX)


class _Together(Subquery):
    """The rows of a query as one JSON array, in their order: read at once, not each by itself."""

    template = "(SELECT coalesce(jsonb_agg(told), '[]') FROM (%(subquery)s) told_of_each)"
    output_field = JSONField()


class Placed(NamedTuple):
    """Where a picture is in its release; `shard` and its `slot` are None before it is planned."""

    group: UUID | None
    sha256: str
    slot: int | None
    split: str
    shard: UUID | None


def samples_in(release: Release) -> Iterator[tuple[dict[str, Any], Placed]]:
    """The sample of each photo that stands in a release, in the order of their public ids."""
    return samples_of(standing(release))


def samples_of(items: QuerySet[Item]) -> Iterator[tuple[dict[str, Any], Placed]]:
    """The sample of each of these items, in the order of their public ids, with its place."""
    people = ReadingPerson.objects.filter(reading=OuterRef("reading")).order_by("number")
    rows = items.order_by("public_id").values_list(
        "public_id",
        *("public_id__photo__width", "public_id__photo__height"),
        *("reading__crop__width", "reading__crop__height", "reading__crop__covered"),
        *("reading__corners", "reading__people_count", "reading__terms", "reading__stage"),
        *("grounds", "taken_decade", "group", "sha256", "shard__slot", "split", "shard"),
        _Together(people.values(told=JSONArray(*_PERSON))),
    )
    for row in rows.iterator(chunk_size=AT_ONCE):
        public_id, width, height, cut_width, cut_height, covered, corners, count, terms, stage, grounds, *rest = row
        decade, group, digest, slot, split, shard, people_in_it = rest
        facts = Facts(
            public_id=public_id,
            of=(width, height),
            cut=(cut_width, cut_height),
            covered=covered,
            corners=corners,
            people_count=count,
            terms=terms,
            stage=stage,
            grounds=grounds,
            taken_decade=decade,
            people=[_person(one) for one in people_in_it],
        )
        yield sample(facts), Placed(group, digest, slot, split, shard)


def _person(told: list[Any]) -> Person:
    x, y, age, low, high, moved, suggested, *box = told
    left, top, right, bottom = box
    around = None if left is None else (left, top, right, bottom)
    return Person(x, y, around, float(age), float(low), float(high), moved=moved, suggested=suggested)
