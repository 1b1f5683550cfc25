"""The files of a release, as they lie in its bag."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from releases.models import Item, Release, Shard
from releases.papers.paths import SHARDS_FOLDER


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release: its path in the bag, bytes, SHA-256 in hex, and where it lies sealed.

    `sealed_id` is None for one that is destroyed: closed. `shard_id` is set for shards alone.
    """

    path: str
    size: int
    sha256: str
    sealed_id: UUID | None
    shard_id: UUID | None = None
    is_paper: bool = False


def shard_path(slot: int) -> str:
    """Where the shard in this slot lies in the bag."""
    return f"{SHARDS_FOLDER}{slot:06}.tar"


def shard_files(release: Release) -> list[File]:
    """The shards of a release that were written, in the order of their slots."""
    held = Exists(Item.objects.filter(release=release, shard=OuterRef("pk")))
    written = Shard.objects.filter(held, built_at__isnull=False).order_by("slot")
    return [
        File(
            shard_path(shard.slot),
            shard.size or 0,
            shard.sha256,
            None if shard.destroyed_at else shard.sealed_id,
            shard_id=shard.pk,
        )
        for shard in written
    ]


def files_of(release: Release) -> list[File]:
    """All files of a release, in the order of their paths."""
    beside = [
        File(
            row.path,
            row.size,
            row.sha256,
            None if row.sealed.dropped_at else row.sealed_id,
            is_paper=row.is_paper,
        )
        for row in release.files.select_related("sealed")
    ]
    return sorted([*shard_files(release), *beside], key=lambda file: file.path)
