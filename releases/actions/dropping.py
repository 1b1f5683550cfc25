"""Taking photos out of releases: of every one that holds them, or of those that they are not agreed to for any more."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.queries import unreplayed
from consent.models import Scope
from contributions import queries as contributions
from releases.actions.closing import HOLDING, destroy_all, destroy_shards
from releases.actions.cropping import drop_crops
from releases.actions.events import DROPPED, locked_all, record
from releases.eligibility import Rules
from releases.models import Crop, Item, Release, Shard
from releases.transitions import ReleaseState, check


@transaction.atomic
def drop(*, photo_id: UUID) -> None:
    """Take a withdrawn photo out of every release: each stored file that holds it is destroyed. Idempotent.

    Manifests and papers stay. A release that is not published yet is built anew without the photo, a published one
    keeps those files closed until the next.
    """
    drop_crops(Crop.objects.standing().filter(photo=photo_id))
    items = Item.objects.standing().filter(public_id__photo_id=photo_id)
    for release in locked_all(Q(pk__in=set(items.values_list("release_id", flat=True)))).values():
        holding = Shard.objects.filter(items__release=release, items__public_id__photo_id=photo_id)
        destroy_shards(holding.distinct())
        take_out(release, [photo_id])


@transaction.atomic
def drop_uncovered() -> int:
    """Take photos out of every release that asks for a scope that their people have taken back; how many items.

    What is stored of them there is destroyed at once, but for a shard that another release holds with the same photo
    and may: it is closed to the holders of this one. They are told with the next notice. Nothing is done while a
    refilled log is not replayed: consents are older then than what people agreed to.
    """
    if unreplayed().exists():
        return 0
    found = _uncovered()
    for release in locked_all(Q(pk__in=list(found))).values():
        take_out(release, found[release.pk])
    for release_id, photos in sorted(found.items()):
        destroy_shards(Shard.objects.filter(pk__in=_held_by_nobody(release_id, photos)))
    return sum(map(len, found.values()))


def take_out(release: Release, photos: Collection[UUID]) -> None:
    """Drop these photos from a release that is locked, and destroy its tables; its shards are the caller's matter."""
    release.items.standing().filter(public_id__photo__in=photos).update(dropped_at=timezone.now())
    back_to_workers(release)
    for photo in sorted(photos):
        record(DROPPED, release, by="system", photo=str(photo))


def back_to_workers(release: Release) -> None:
    """Destroy the tables of a release that is locked; one that is built has to be built again."""
    if release.tables_key is not None:
        destroy_all(release.tables_key)
    if release.state == ReleaseState.BUILT:
        check(release.state, ReleaseState.FROZEN)
        release.state = ReleaseState.FROZEN
    # Whoever writes its documents at this moment is told so, and begins again without these.
    release.claim, release.parked_at, release.attempts = None, None, 0
    release.save(update_fields=["state", "claim", "parked_at", "attempts"])


def _held_by_nobody(release_id: UUID, photos: Collection[UUID]) -> list[UUID]:
    """Shards of a release with one of these photos that stands in them for no release whose files are handed out."""
    dropped = Item.objects.filter(release=release_id, public_id__photo__in=photos, shard__isnull=False)
    standing = Item.objects.standing().filter(
        shard=OuterRef("shard"), public_id=OuterRef("public_id"), release__state__in=HOLDING
    )
    return list(dropped.filter(~Exists(standing)).order_by().values_list("shard", flat=True).distinct())


def _uncovered() -> Mapping[UUID, list[UUID]]:
    """Photos by release. One that is out of use altogether is withdrawn, or waits for an answer: not looked at here."""
    by_scopes = defaultdict[frozenset[str], list[UUID]](list)
    standing = Item.objects.standing().filter(release=OuterRef("pk"))
    for release in Release.objects.filter(Exists(standing), frozen_at__isnull=False):
        by_scopes[Rules.of(release).needed].append(release.pk)
    found = defaultdict[UUID, list[UUID]](list)
    for scopes, releases in by_scopes.items():
        if scopes <= {Scope.RESEARCH}:
            continue
        items = Item.objects.standing().filter(release__in=releases)
        used = items.filter(public_id__photo__in=contributions.in_use())
        gone = used.exclude(public_id__photo__in=contributions.in_use(scopes=sorted(scopes)))
        for release_id, photo_id in gone.values_list("release", "public_id__photo"):
            found[release_id].append(photo_id)
    return found
