"""Sealed objects in whatever storage the settings name. An object's name is its id, in two levels of folders."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from vault.incoming import FOLDER, SealedFile
from vault.keyring import fsync_folder


def storage() -> Storage:
    """The storage of sealed objects."""
    return storages["sealed"]


def name_of(object_id: uuid.UUID) -> str:
    """Where the object lies in the storage."""
    text = object_id.hex
    return f"{text[:2]}/{text[2:4]}/{object_id}"


class _Finished(File):  # type: ignore[type-arg]
    """A finished file that a storage on the same disk may move instead of copy."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        """Asked for by Django's file storage."""
        return str(self._path)


def place(sealed: SealedFile) -> None:
    """Move a finished file into the storage; raises FileExistsError rather than replace or rename."""
    name, target = name_of(sealed.object_id), storage()
    with _Finished(sealed.path) as content:
        kept_as = target.save(name, content)
    if kept_as != name:
        target.delete(kept_as)
        raise FileExistsError(name)
    with contextlib.suppress(NotImplementedError):
        fsync_folder(Path(target.path(name)).parent)
    sealed.discard()


def erase(object_id: uuid.UUID) -> None:
    """Delete the object's bytes; harmless when they are gone."""
    storage().delete(name_of(object_id))


def names() -> Iterator[str]:
    """Every file in the storage, but what is on its way in."""
    target = storage()
    waiting = [""]
    while waiting:
        path = waiting.pop()
        with contextlib.suppress(FileNotFoundError):
            folders, files = target.listdir(path)
            joined = f"{path}/" if path else ""
            yield from (joined + name for name in files)
            waiting += [joined + name for name in folders if joined + name != FOLDER]
