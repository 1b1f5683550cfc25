"""Whether a built release is what its photos and readings make of it: built once more in memory, byte for byte."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from django.utils.module_loading import import_string

from releases import build
from releases.models import Release
from releases.queries import File, files_of
from vault import actions as vault


class Checked(NamedTuple):
    """One file and what was found: "same", "differs", "closed", "missing" or "not there"; or why it cannot be built."""

    path: str
    found: str

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against the file; what is closed was destroyed with a photo that left."""
        return self.found in {"same", "closed"}


def checked(release: Release) -> Iterator[Checked]:
    """Every file of a release held against what would be built now, in the order of their paths.

    The papers are held against it as long as no photo left: they tell of all photos that were in it.
    """
    files = files_of(release)
    for file in files:
        if file.shard_id is not None:
            yield _shard(release, file, file.shard_id)
    tables = [file for file in files if file.shard_id is None and not file.is_paper]
    papers = [file for file in files if file.is_paper]
    if any(file.sealed_id is None for file in tables):
        yield from (Checked(file.path, "closed") for file in tables)
        return
    again = import_string(build.TABLES)(release)
    yield from _compared(tables, ((path, _digest(data)) for path, data in again))
    again = import_string(build.PAPERS)(release, [file for file in files if not file.is_paper])
    yield from _compared(papers, ((path, _digest([data])) for path, data in again))


def _shard(release: Release, file: File, shard_id: UUID) -> Checked:
    if file.sealed_id is None:
        return Checked(file.path, "closed")
    try:
        found = _digest(build.contents_of(release, [shard_id])[shard_id].pieces())
    except (build.PhotoLeft, vault.ObjectGone):
        return Checked(file.path, "a photo in it may not be opened at this moment")
    return Checked(file.path, "same" if found == file.sha256 else "differs")


def _compared(files: Iterable[File], again: Iterable[tuple[str, str]]) -> Iterator[Checked]:
    kept = {file.path: file.sha256 for file in files}
    for path, digest in again:
        known = kept.pop(path, None)
        yield Checked(path, "not there" if known is None else "same" if known == digest else "differs")
    yield from (Checked(path, "missing") for path in sorted(kept))


def _digest(data: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for piece in data:
        whole.update(piece)
    return whole.hexdigest()
