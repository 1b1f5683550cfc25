"""Building one frozen release: what is planned is written shard by shard, then its tables and papers."""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from django.utils.module_loading import import_string

from releases import actions
from releases.locking import alone_with
from releases.models import Release, ReleaseFile
from releases.papers import paths
from releases.queries.building import Picture, pictures_in, shards_to_write
from releases.queries.files import shard_files
from releases.sharding import tar_of
from screening import queries as screening
from vault import actions as vault
from vault.crash import here

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


@dataclass(frozen=True, slots=True)
class Contents:
    """What a shard is made of: its pictures, and those of their photos that may be opened at this moment."""

    pictures: Sequence[Picture]
    open: AbstractSet[UUID]

    @property
    def gone(self) -> list[str]:
        """The public ids of those whose crop may not be opened, or is not there any more."""
        return [picture.public_id for picture in self.pictures if not self._may_be_opened(picture)]

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the shard. Raises PhotoLeft at once for a photo whose crop may not be opened."""
        if gone := self.gone:
            raise PhotoLeft(gone[0])
        samples = ((picture.public_id, picture.sample) for picture in self.pictures)
        return tar_of(samples, vault.read_each(picture.crop for picture in self.pictures if picture.crop))

    def _may_be_opened(self, picture: Picture) -> bool:
        return picture.photo in self.open and picture.crop is not None and picture.crop.dropped_at is None


def contents_of(release: Release, shards: Sequence[UUID]) -> dict[UUID, Contents]:
    """What these shards of a release are made of at this moment: asked for several at once, for the gate's sake."""
    found: dict[UUID, list[Picture]] = {shard: [] for shard in shards}
    for picture in pictures_in(release, shards):
        found[picture.shard].append(picture)
    shown = screening.servable_among(picture.photo for pictures in found.values() for picture in pictures)
    return {shard: Contents(pictures, shown) for shard, pictures in found.items()}


def _taken(release: Release, tried: set[UUID], held: contextlib.ExitStack) -> Iterator[UUID]:
    """Some shards that nobody else is at, held until the stack ends: few when few are left, for others to have some."""
    waiting = list(shards_to_write(release).exclude(pk__in=tried).values_list("pk", flat=True))
    most, count = min(AT_ONCE, max(1, len(waiting) // 4)), 0
    for shard_id in waiting:
        if count < most and held.enter_context(alone_with(shard_id)):
            count += 1
            yield shard_id


def _write(release: Release, shard_id: UUID, contents: Contents) -> None:
    # While the gate lets no photo through at all, nothing is tried.
    if contents.gone and screening.is_closed():
        return
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
