"""Building one frozen release: what is planned is written shard by shard, then its tables and papers."""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from releases import actions
from releases.locking import alone_with
from releases.models import Release, ReleaseFile
from releases.papers import paths
from releases.queries.building import crops_in, shards_to_write
from releases.queries.files import shard_files
from releases.rows import samples_of
from releases.sharding import tar_of
from vault import actions as vault
from vault.crash import here
from vault.models import SealedObject

logger = logging.getLogger(__name__)

# So many shards are prepared at once: what of them may be opened is seconds old when they are written.
AT_ONCE = 8
# Only who writes documents loads what they are written with: other processes know this module, too.
TABLES, PAPERS = "releases.papers.tabling.tables", "releases.papers.writing.papers"


class PhotoLeft(LookupError):
    """A photo of the shard may not be opened any more, or its crop is gone."""


def write_shards(release: Release) -> None:
    """Write shards of a planned release until none is left that nobody else is at."""
    tried: set[UUID] = set()
    while True:
        with contextlib.ExitStack() as held:
            mine = list(_taken(release, tried, held))
            if not mine:
                return
            tried.update(mine)
            contents = contents_of(release, mine)
            for shard_id in mine:
                _write(release, shard_id, contents[shard_id])
                here("release:shard")


def write_documents(release_id: UUID) -> bool:
    """Write tables and papers once every shard is there; True when this call finished the release."""
    with alone_with(release_id) as mine:
        release = actions.begin_documents(release_id=release_id) if mine else None
        if release is None:
            return False
        here("release:tables")
        tables = [_kept(release, path, data, is_paper=False) for path, data in import_string(TABLES)(release)]
        here("release:papers")
        before = sorted([*shard_files(release), *tables], key=attrgetter("path"))
        manifest, written = "", []
        for path, data in import_string(PAPERS)(release, before):
            written.append(_kept(release, path, data, is_paper=True))
            manifest = hashlib.sha256(data).hexdigest() if path == paths.MANIFEST else manifest
        here("release:written")
        return actions.finish_build(release=release, files=[*tables, *written], manifest_sha256=manifest)


@dataclass
class Contents:
    """What a shard is made of: its samples, and by public id the sealed crops that may be opened."""

    samples: list[dict[str, Any]] = field(default_factory=list)
    crops: Mapping[str, SealedObject] = field(default_factory=dict)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the shard. Raises PhotoLeft at once for a photo whose crop may not be opened."""
        ids = [sample["public_id"] for sample in self.samples]
        if gone := set(ids) - set(self.crops):
            raise PhotoLeft(min(gone))
        return tar_of(self.samples, vault.read_each(self.crops[public_id] for public_id in ids))


def contents_of(release: Release, shards: Sequence[UUID]) -> dict[UUID, Contents]:
    """What these shards of a release are made of at this moment: asked for several at once, for the gate's sake."""
    items = release.items.filter(shard__in=shards, dropped_at__isnull=True)
    crops = crops_in(items)
    found = {shard: Contents(crops=crops) for shard in shards}
    for sample, placed in samples_of(items):
        if placed.shard is not None:
            found[placed.shard].samples.append(sample)
    return found


def _taken(release: Release, tried: set[UUID], held: contextlib.ExitStack) -> Iterator[UUID]:
    """Some shards that nobody else is at, held until the stack ends: few when few are left, for others to have some."""
    waiting = list(shards_to_write(release).exclude(pk__in=tried).values_list("pk", flat=True))
    most, count = min(AT_ONCE, max(1, len(waiting) // 4)), 0
    for shard_id in waiting:
        if count < most and held.enter_context(alone_with(shard_id)):
            count += 1
            yield shard_id


def _write(release: Release, shard_id: UUID, contents: Contents) -> None:
    shard = actions.claim_shard(shard_id=shard_id, release_id=release.pk)
    if shard is None:
        return
    try:
        actions.keep_shard(shard=shard, data=contents.pieces())
    except (PhotoLeft, vault.ObjectGone) as left:
        # A photo that may not be used is left out by the plan before the next try.
        logger.warning("shard %s waits: %s", shard.pk, type(left).__name__)


def _kept(release: Release, path: str, data: Iterator[bytes] | bytes, *, is_paper: bool) -> ReleaseFile:
    return actions.seal_file(release=release, path=path, data=data, is_paper=is_paper)
