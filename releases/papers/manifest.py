"""What is in a release and by which rules: the one file that is signed, and by whose digest a release is named."""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from django.conf import settings

from releases.papers.described import Described, Listed
from releases.queries.files import shard_path
from releases.standalone.mpm_release import dump

FORMAT: Final = "my-pictures-matter/release/1"
AT_ONCE: Final = 5000


def manifest(told: Described, files: Iterable[Listed]) -> bytes:
    """manifest.json: the log's root at the freezing, the rules, each picture's digest and shard, each file's digest."""
    release = told.release
    whole = dump(
        {
            "format": FORMAT,
            "site": settings.SITE_URL,
            "release": str(release.id),
            "audience": release.audience,
            "number": release.number,
            "frozen_at": told.frozen_at.isoformat(),
            "notices": release.notices,
            "log": told.log,
            "rules": {
                "bases": sorted(release.bases),
                "scopes": sorted(release.scopes),
                "readings": release.readings,
                "with_nobody": release.with_nobody,
            },
            "items": list(_items(told)),
            "files": {file.path: {"sha256": file.sha256, "size": file.size} for file in files},
        }
    )
    return f"{whole}\n".encode()


def _items(told: Described) -> Iterator[dict[str, str]]:
    rows = told.release.items.standing().order_by("public_id").values_list("public_id", "sha256", "shard__slot")
    found: Iterator[tuple[UUID, str, int | None]] = rows.iterator(chunk_size=AT_ONCE)
    for public_id, digest, slot in found:
        yield {"id": str(public_id), "sha256": digest, "shard": "" if slot is None else shard_path(slot)}
