"""Uploads are sealed while they arrive: no request writes a plaintext byte anywhere."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import UnreadablePostError

from vault import sealing
from vault.incoming import SealedFile


class SealedUpload(UploadedFile):  # type: ignore[type-arg]
    """A received file as ciphertext in a temporary place. Its key is in memory only, until vault.actions.keep().

    `size` in bytes, `sha256` and `md5` in hex, of the received bytes; `too_large` when they passed
    settings.UPLOAD_MAX_BYTES and were not kept. The sender's file name is never read: it may name a person.
    """

    def __init__(self, sealed: SealedFile, key: bytes, *, too_large: bool, content_type: str) -> None:
        super().__init__(file=None, name=str(sealed.object_id), content_type=content_type, size=sealed.size)
        self.sealed = sealed
        self.key = key
        self.object_id = sealed.object_id
        self.sha256 = sealed.sha256
        self.md5 = sealed.md5
        self.too_large = too_large

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Refused: what was received is read through the vault once it is kept."""
        raise OSError("a sealed upload is not read, it is kept")

    def read(self, *_args: object) -> bytes:
        """Refused, as chunks()."""
        raise OSError("a sealed upload is not read, it is kept")

    def discard(self) -> None:
        """Remove the ciphertext, unless it was kept, and forget the key."""
        self.sealed.discard()
        self.key = b""

    def close(self) -> None:
        """Called by Django at the end of the request: what was not kept until then is removed."""
        self.discard()


class SealingUploadHandler(FileUploadHandler):
    """Seals each arriving chunk under a fresh key. Constant memory: at most one chunk waits."""

    chunk_size = sealing.CHUNK

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._key = sealing.new_key()
        self._sealed = SealedFile(self._key, uuid.uuid4(), with_md5=True)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal and keep it; past the limit only count, so that the browser can read our answer."""
        self._size += len(raw_data)
        if self._size <= settings.UPLOAD_MAX_BYTES:
            self._sealed.write(raw_data)
        else:
            self._sealed.discard()

    def file_complete(self, file_size: int) -> SealedUpload:
        """The sealed upload, or what is left of one that was too large."""
        too_large = self._size > settings.UPLOAD_MAX_BYTES
        if not too_large:
            self._sealed.finish()
        self._upload = SealedUpload(self._sealed, self._key, too_large=too_large, content_type=self.content_type or "")
        self._upload.size = self._size
        return self._upload

    def upload_interrupted(self) -> None:
        """Remove what was sealed so far."""
        if hasattr(self, "_sealed"):
            self._sealed.discard()

    def upload_complete(self) -> None:
        """Refuse a body that ended before its stated length.

        Servers report a lost connection as an early end, which the parser takes for the end of the file: half a photo
        would look whole. Raises UnreadablePostError.
        """
        stream = getattr(self.request, "_stream", None)
        if getattr(stream, "_pos", 0) < getattr(stream, "limit", 0):
            self.upload_interrupted()
            raise UnreadablePostError("the connection was lost")
