"""Sealed objects in whatever storage the settings name. An object's name is its id, in two levels of folders."""

import contextlib
import os
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from io import FileIO
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from vault.incoming import FOLDER, SealedFile
from vault.keyring import fsync_folder
from vault.sealing import Tampered, unseal


class NotAsWritten(OSError):
    """The storage says that it keeps an object, and what it gives back is something else."""


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


def place(sealed: SealedFile, key: bytes) -> None:
    """Move a finished file, sealed under this key, into the storage, and see that it is there to the last byte.

    Raises FileExistsError rather than replace or rename, NotAsWritten when other bytes come back, and whatever the
    storage raises. What a failure leaves in the storage has no row, and the sweep deletes it.
    """
    name, target = name_of(sealed.object_id), storage()
    written = sealed.path.stat()
    with _Finished(sealed.path) as content:
        kept_as = target.save(name, content)
    if kept_as != name:
        target.delete(kept_as)
        raise FileExistsError(name)
    if not _is_the_file(target, name, written):
        _read_back(target, sealed.object_id, key)
    sealed.discard()


def _is_the_file(target: Storage, name: str, written: os.stat_result) -> bool:
    """Whether the storage is a folder into which the written file itself was moved: then it is made durable there."""
    try:
        path = Path(target.path(name))
    except NotImplementedError:
        return False
    fsync_folder(path.parent)
    return os.path.samestat(path.stat(), written)


def _read_back(target: Storage, object_id: uuid.UUID, key: bytes) -> None:
    """Open what was copied: short, altered or other bytes do not open. Raises NotAsWritten and OSError."""
    with target.open(name_of(object_id)) as file:
        try:
            deque(unseal(file, key, object_id), maxlen=0)
        except Tampered:
            raise NotAsWritten(str(object_id)) from None


def reader() -> Callable[[uuid.UUID], bytes]:
    """What reads all the bytes of one object after the other: from the disk where the storage is a folder there.

    Opening through Django's storage checks each name anew, which takes as long as to open what was read.
    """
    target = storage()
    try:
        folder = target.path("")
    except NotImplementedError:
        return partial(_read, target)
    return partial(_read_in, folder)


def _read(target: Storage, object_id: uuid.UUID) -> bytes:
    with target.open(name_of(object_id)) as file:
        return bytes(file.read())


def _read_in(folder: str, object_id: uuid.UUID) -> bytes:
    with FileIO(f"{folder}/{name_of(object_id)}") as file:
        return file.readall()


def erase(object_id: uuid.UUID) -> None:
    """Delete the object's bytes; harmless when they are gone."""
    storage().delete(name_of(object_id))


def names() -> Iterator[str]:
    """Every file in the storage, but what is on its way in."""
    target = storage()
    if (straight := getattr(target, "names", None)) is not None:
        # A bucket has no folders to go through, and each would be a request.
        yield from straight()
        return
    waiting = [""]
    while waiting:
        path = waiting.pop()
        with contextlib.suppress(FileNotFoundError):
            folders, files = target.listdir(path)
            joined = f"{path}/" if path else ""
            yield from (joined + name for name in files)
            waiting += [joined + name for name in folders if joined + name != FOLDER]
