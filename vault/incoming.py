"""Ciphertext on its way into the object store: written sealed, moved when whole, swept when forgotten."""

import contextlib
import hashlib
import os
import time
import uuid
import weakref
from collections.abc import Iterator
from datetime import timedelta
from io import FileIO
from pathlib import Path

from django.conf import settings

from vault.sealing import Sealer

LEFT_OVER_AFTER = timedelta(hours=1)
FOLDER = "incoming"
_SUFFIX = ".part"


def folder() -> Path:
    """The folder of ciphertext on its way in; made when it is not there."""
    path = Path(settings.MEDIA_ROOT) / FOLDER
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def leftovers(older_than: timedelta = LEFT_OVER_AFTER) -> Iterator[Path]:
    """Files whose request or process ended before they were kept or discarded."""
    before = time.time() - older_than.total_seconds()
    for path in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime <= before:
                yield path


class SealedFile:
    """A file that takes plaintext and holds ciphertext, with digests of what it took. Removed unless moved away."""

    def __init__(self, key: bytes, object_id: uuid.UUID, *, with_md5: bool = False) -> None:
        self.object_id = object_id
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if with_md5 else None
        self._sealer = Sealer(key, object_id)
        self.path = folder() / f"{object_id}{_SUFFIX}"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file = FileIO(descriptor, "wb")
        # An aborted request ends in an exception somewhere in the parser: whoever lets go of this, the file goes too.
        self._remove = weakref.finalize(self, _remove, self._file, self.path)
        self._write(self._sealer.header)

    @property
    def sha256(self) -> str:
        """Of the plaintext so far, in hex."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """Of the plaintext so far, in hex, where it was asked for: lists of known files still use it."""
        return self._md5.hexdigest() if self._md5 else ""

    def write(self, data: bytes) -> None:
        """Seal and write the next plaintext."""
        self.size += len(data)
        self._sha256.update(data)
        if self._md5:
            self._md5.update(data)
        self._write(self._sealer.update(data))

    def finish(self) -> None:
        """Write the last chunk and make the file durable."""
        self._write(self._sealer.finish())
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Remove the file; harmless when it was moved or removed before."""
        self._remove()

    def _write(self, sealed: bytes) -> None:
        rest = memoryview(sealed)
        while rest:
            rest = rest[self._file.write(rest) :]


def _remove(file: FileIO, path: Path) -> None:
    file.close()
    path.unlink(missing_ok=True)
