"""Destroying what is stored of a release, once nobody may have it any more."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from releases.models import Item, Release, Shard
from releases.transitions import ReleaseState
from vault import actions as vault
from vault.models import DataKey

# In these a release's files are handed out, or will be.
HOLDING = (ReleaseState.FROZEN, ReleaseState.BUILT, ReleaseState.PUBLISHED)


def close(release: Release, *, with_papers: bool = False) -> None:
    """Destroy the shards and tables that this release alone holds; its papers too where nobody ever had them.

    To be called in a transaction that holds the release, after its state was changed.
    """
    destroy_shards(unshared(Shard.objects.filter(Exists(Item.objects.filter(shard=OuterRef("pk"), release=release)))))
    keys = [release.tables_key, release.papers_key if with_papers else None]
    for key in filter(None, keys):
        destroy_all(key)


def unshared(shards: QuerySet[Shard]) -> QuerySet[Shard]:
    """Those of these shards that no release holds whose files are handed out, or will be."""
    return shards.filter(~Exists(Item.objects.filter(shard=OuterRef("pk"), release__state__in=HOLDING)))


def destroy_shards(shards: QuerySet[Shard]) -> None:
    """Destroy these shards for good: from now on nobody reads them, and who writes one finds it gone."""
    ids = list(shards.filter(destroyed_at__isnull=True).values_list("pk", flat=True))
    for shard in Shard.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("key").order_by("pk"):
        shard.destroyed_at = shard.destroyed_at or timezone.now()
        shard.save(update_fields=["destroyed_at"])
        if shard.key is not None:
            destroy_all(shard.key)


def destroy_all(key: DataKey) -> None:
    """Destroy a key, and what a worker that was killed or too late has sealed under it since."""
    vault.destroy_key(key)
    for late in key.sealed.filter(dropped_at__isnull=True):
        vault.delete(late)
