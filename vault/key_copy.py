"""The key copy: the wrapped keys of everything living, in a second place, replaced at each rotation, never collected.

With it a database backup of any age opens every living photo and no erased one. The first line names the epoch that the
copy was made for, so that an older copy is told by it even when it is empty; then a line per key, closed by a digest.
"""

import base64
import hashlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

from vault.keyring import fsync_folder

_NAME: Final = "keys.copy"
_HEAD: Final = "mpm key copy 2 epoch "


class CopyBroken(ValueError):
    """The key copy is missing, cut or altered."""


class Entry(NamedTuple):
    """One living key."""

    id: uuid.UUID
    epoch: int
    wrapped: bytes


class Copy(NamedTuple):
    """What a copy holds: the epoch that it was made for, and the living keys, each with the epoch that wraps it."""

    epoch: int
    entries: list[Entry]


def write(entries: Iterable[Entry], *, epoch: int) -> None:
    """Replace the key copy, durably, and read it back; raises CopyBroken when it does not read as written."""
    folder = Path(settings.KEY_COPY)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f"{_NAME}.new"
    digest = hashlib.sha256()
    new.touch(mode=0o600)
    with new.open("wb") as file:
        for line in _lines(entries, epoch):
            digest.update(line)
            file.write(line)
        file.write(digest.hexdigest().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / _NAME)
    fsync_folder(folder)
    if _body().digest != digest.hexdigest():
        raise CopyBroken("not as written")


def read() -> Copy:
    """The newest copy; raises CopyBroken."""
    head, *lines = _body().lines
    entries = []
    for line in lines:
        key_id, epoch, wrapped = line.split()
        entries.append(Entry(uuid.UUID(key_id), int(epoch), base64.b64decode(wrapped, validate=True)))
    return Copy(int(head.removeprefix(_HEAD)), entries)


def _lines(entries: Iterable[Entry], epoch: int) -> Iterable[bytes]:
    yield f"{_HEAD}{epoch}\n".encode()
    for entry in entries:
        yield f"{entry.id} {entry.epoch} {base64.b64encode(entry.wrapped).decode()}\n".encode()


class _Body(NamedTuple):
    lines: list[str]
    digest: str


def _body() -> _Body:
    try:
        raw = (Path(settings.KEY_COPY) / _NAME).read_bytes()
    except FileNotFoundError:
        raise CopyBroken("no key copy") from None
    body, _separator, stated = raw.removesuffix(b"\n").rpartition(b"\n")
    digest = hashlib.sha256(body + b"\n").hexdigest()
    lines = body.decode("ascii", "replace").split("\n")
    if stated.decode("ascii", "replace") != digest or not lines[0].startswith(_HEAD):
        raise CopyBroken("cut or altered")
    return _Body(lines, digest)
