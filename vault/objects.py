"""Sealed objects in whatever storage the settings name. An object's name is its id, in two levels of folders."""

import contextlib
import os
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from vault.incoming import FOLDER, SealedFile
from vault.keyring import fsync_folder
from vault.sealing import Tampered, unseal


class NotAsWritten(OSError):
    """The storage says that it keeps an object, and what it gives back is something else."""


@runtime_checkable
class Bucket(Protocol):
    """What a storage offers beside Django's that is no folder (mpm_site.bucket)."""

    def names(self) -> Iterator[str]:
        """Every object's name."""

    def keeps_versions(self) -> bool:
        """Whether what is deleted there stays."""

    def unfinished(self, before: datetime) -> Iterator[Any]:
        """What was begun in pieces, each with its `name`, and got none since: its writer was killed."""

    def give_up(self, one: Any) -> None:
        """Delete the pieces of one of these."""


def storage() -> Storage:
    """The storage of sealed objects."""
    return storages["sealed"]


def folder(target: Storage) -> Path | None:
    """The folder on this machine that the storage is; None where it is none."""
    try:
        return Path(target.path(""))
    except NotImplementedError:
        return None


def bucket() -> Bucket | None:
    """The storage of sealed objects as a bucket; None where it is none."""
    target = storage()
    return target if isinstance(target, Bucket) else None


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
    root = folder(target)
    if root is None:
        return False
    path = root / name
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
    root = folder(target)
    return partial(_read, target) if root is None else partial(_read_in, str(root))


def _read(target: Storage, object_id: uuid.UUID) -> bytes:
    with target.open(name_of(object_id)) as file:
        return bytes(file.read())


def _read_in(root: str, object_id: uuid.UUID) -> bytes:
    with FileIO(f"{root}/{name_of(object_id)}") as file:
        return file.readall()


def erase(object_id: uuid.UUID) -> None:
    """Delete the object's bytes; harmless when they are gone."""
    storage().delete(name_of(object_id))


def names() -> Iterator[str]:
    """Every file in the storage, but what is on its way in."""
    target = storage()
    if isinstance(target, Bucket):
        # It has no folders to go through, and each would be a request.
        yield from target.names()
        return
    waiting = [""]
    while waiting:
        path = waiting.pop()
        with contextlib.suppress(FileNotFoundError):
            folders, files = target.listdir(path)
            joined = f"{path}/" if path else ""
            yield from (joined + name for name in files)
            waiting += [joined + name for name in folders if joined + name != FOLDER]
