"""Planning a frozen release: which photo lies in which shard, and on which side of a split."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from releases.actions.closing import destroy_shards, unshared
from releases.actions.dropping import take_out
from releases.actions.events import locked
from releases.actions.life import abort
from releases.eligibility import changed, stopped
from releases.layout import lay_out
from releases.models import Release, Shard
from releases.queries import published
from releases.queries.building import Part, bonds, earlier_splits, is_planned, parts
from releases.sharding import recipe
from releases.sides import groups_of, splits_of
from releases.transitions import ReleaseState
from screening.queries import is_closed, same_pictures

_WRITE = """
UPDATE releases_item SET shard_id = new.shard, "group" = new.together, split = new.side
FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[], %s::text[]) AS new (item, shard, together, side)
WHERE releases_item.id = new.item
"""


@transaction.atomic
def plan(*, release_id: UUID) -> Release | None:
    """Lay a frozen release out, or what is left of it; None when it is not to be built (any more, or just now).

    Photos that left for good are dropped from it first. For those that are only held, by screening or by an open
    question, it waits, as it does while the gate is closed to every photo: nothing can be told then from a photo that
    it keeps back. One whose photos were read anew is given up, as is one in which nothing is left.
    """
    release = locked(release_id)
    if release.state != ReleaseState.FROZEN or release.parked_at or is_closed():
        return None
    now = stopped(release)
    if now.left:
        take_out(release, now.left)
    if now.waiting:
        return None
    if reason := _over(release):
        abort(release_id=release_id, by="system", reason=reason)
        return None
    if not is_planned(release):
        _lay_out(release)
    return release


def _over(release: Release) -> str:
    if not release.items.standing().exists():
        return "withdrawn"
    return "read_again" if changed(release) == "read_again" else ""


def _lay_out(release: Release) -> None:
    now = parts(release)
    photos = {part.photo: part.public_id for part in now}
    groups = groups_of(photos, same_pictures(list(photos)))
    slots = _slots(release, now)
    former = list(Shard.objects.filter(items__release=release).distinct().values_list("pk", flat=True))
    shards = _shards(release, now, slots)
    sides = _sides(release, now, groups)
    rows = [(part.item, shards[slots[part.public_id]], groups[part.public_id], sides[part.public_id]) for part in now]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
    release.items.left().update(shard=None)
    destroy_shards(unshared(Shard.objects.filter(pk__in=former)))


def _slots(release: Release, now: Sequence[Part]) -> dict[UUID, int]:
    """Where each photo lies: as in this release so far, or else as in the one that is published."""
    before = [part for part in parts(release, with_dropped=True) if part.slot is not None]
    older = published(release.audience)
    if not before and older is not None:
        before = parts(older, with_dropped=True)
    digests = {part.public_id: part.digest for part in now}
    laid = {part.public_id: part.slot for part in before if part.slot is not None}
    touched = {part.slot for part in before if part.slot is not None and digests.get(part.public_id) != part.digest}
    size = settings.RELEASE_SHARD_PHOTOS
    return lay_out(
        laid, list(digests), touched=frozenset(touched), size=size, least=min(settings.WITHDRAWAL_BATCH, size // 2)
    )


def _shards(release: Release, now: Sequence[Part], slots: Mapping[UUID, int]) -> dict[int, UUID]:
    """The shard for each slot: one that stands, where it is made of just the same, else a new one."""
    by_slot = sorted(now, key=lambda part: (slots[part.public_id], part.public_id))
    held = groupby(by_slot, key=lambda part: slots[part.public_id])
    recipes = {slot: recipe(part.digest for part in inside) for slot, inside in held}
    alike = Shard.objects.filter(
        audience=release.audience, recipe__in=list(recipes.values()), destroyed_at__isnull=True
    )
    standing = alike.select_for_update(of=("self",)).order_by("pk")
    found = {shard.slot: shard.pk for shard in standing if recipes.get(shard.slot) == shard.recipe}
    new = [
        Shard(audience=release.audience, slot=slot, recipe=made_of)
        for slot, made_of in sorted(recipes.items())
        if slot not in found
    ]
    Shard.objects.bulk_create(new, batch_size=1000)
    return found | {shard.slot: shard.pk for shard in new}


def _sides(release: Release, now: Sequence[Part], groups: Mapping[UUID, UUID]) -> Mapping[UUID, str]:
    """The suggested side of each photo, by public id."""
    people = bonds(release)
    bound = {part.public_id: [groups[part.public_id], *people.get(part.photo, [])] for part in now}
    return splits_of(bound, earlier_splits(release))
