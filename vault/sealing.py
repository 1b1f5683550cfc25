"""Sealing of streams: chunks that can be read one by one and not be cut, reordered, mixed or altered unnoticed.

The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (CRYPTO 2015) over AES-256-GCM. A sealed object is
    header   "MPMS", version (1 byte), chunk size as a power of two (1 byte), nonce prefix (7 bytes)
    chunks   AES-GCM of up to that many bytes each, under prefix, 4-byte counter, and a byte that is 1 for the last
with the header and the object's id as associated data, so that one object cannot stand in for another.
"""

import secrets
import struct
import uuid
from collections.abc import Iterator
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_CHUNK_POWER: Final = 18
CHUNK: Final = 1 << _CHUNK_POWER
_POWERS = range(16, 21)
_TAG = 16
_HEADER = struct.Struct("!4sBB7s")
_MAGIC, _VERSION = b"MPMS", 1
_MOST_CHUNKS = 2**32


class Readable(Protocol):
    """Anything that bytes are read from: a file, or an object of a storage."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none only at the end."""

    def seek(self, place: int, /) -> object:
        """Go on reading at byte `place`."""


class Tampered(ValueError):
    """The sealed bytes are not what was written under this key for this object."""


def new_key() -> bytes:
    """A fresh 32-byte key."""
    return AESGCM.generate_key(bit_length=256)


def sealed_size(size: int) -> int:
    """How many bytes a plaintext of `size` bytes takes when sealed."""
    chunks = max(1, -(-size // CHUNK))
    return _HEADER.size + size + chunks * _TAG


def _nonce(prefix: bytes, counter: int, *, last: bool) -> bytes:
    return prefix + counter.to_bytes(4) + (b"\x01" if last else b"\x00")


class Sealer:
    """Seals a stream as it arrives, holding back at most one chunk. Write what each call returns, in order."""

    def __init__(self, key: bytes, object_id: uuid.UUID) -> None:
        self._cipher = AESGCM(key)
        self._prefix = secrets.token_bytes(7)
        self.header = _HEADER.pack(_MAGIC, _VERSION, _CHUNK_POWER, self._prefix)
        self._bound = self.header + object_id.bytes
        # Kept as they came: each byte is copied once, into its chunk.
        self._waiting: list[memoryview] = []
        self._length = 0
        self._counter = 0

    def update(self, data: bytes) -> bytes:
        """Take plaintext of any length; the sealed chunks that are now complete."""
        sealed, rest = [], memoryview(data)
        # The last chunk is sealed differently, so a full one waits until more comes.
        while self._length + len(rest) > CHUNK:
            taken = CHUNK - self._length
            sealed.append(self._seal(b"".join([*self._waiting, rest[:taken]]), last=False))
            self._waiting, self._length, rest = [], 0, rest[taken:]
        self._waiting.append(rest)
        self._length += len(rest)
        return b"".join(sealed)

    def finish(self) -> bytes:
        """The last sealed chunk; the sealer is of no use afterwards."""
        return self._seal(b"".join(self._waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> bytes:
        if self._counter >= _MOST_CHUNKS:
            raise OverflowError("too long to be sealed under one key")
        nonce = _nonce(self._prefix, self._counter, last=last)
        self._counter += 1
        return self._cipher.encrypt(nonce, chunk, self._bound)


def unseal(file: Readable, key: bytes, object_id: uuid.UUID, start: int = 0) -> Iterator[bytes]:
    """The plaintext in chunks; raises Tampered before it yields any chunk that is not as written.

    From its byte `start` on (at most its length): whole chunks before are neither read nor opened. What is cut from the
    first one was opened, so that it is as sure as the rest.
    """
    chunks = _Chunks(file.read(_HEADER.size), key, object_id)
    length = chunks.length
    # The end of a plaintext that fills its last chunk lies behind it, where no further one begins.
    counter = max(0, start - 1) // chunks.plain
    skip = start - counter * chunks.plain
    if counter:
        file.seek(_HEADER.size + counter * length)
    chunk = _exactly(file, length)
    while True:
        following = _exactly(file, length)
        yield chunks.opened(chunk, counter, last=not following)[skip:]
        skip = 0
        if not following:
            return
        counter, chunk = counter + 1, following


def unseal_whole(sealed: bytes, key: bytes, object_id: uuid.UUID) -> bytes:
    """The plaintext of an object that is read already; raises Tampered for one that is not as it was written."""
    chunks = _Chunks(sealed[: _HEADER.size], key, object_id)
    rest, length = memoryview(sealed)[_HEADER.size :], chunks.length
    starts = range(0, max(1, len(rest)), length)
    return b"".join(
        chunks.opened(rest[at : at + length], number, last=at + length >= len(rest)) for number, at in enumerate(starts)
    )


class _Chunks:
    """Opens the chunks of an object that begins with this header: each `length` bytes sealed, `plain` bytes opened.

    Raises Tampered.
    """

    def __init__(self, header: bytes, key: bytes, object_id: uuid.UUID) -> None:
        if len(header) != _HEADER.size:
            raise Tampered("no header")
        magic, version, power, self._prefix = _HEADER.unpack(header)
        if magic != _MAGIC or version != _VERSION or power not in _POWERS:
            raise Tampered("unknown header")
        self._cipher, self._bound = AESGCM(key), header + object_id.bytes
        self.plain: int = 1 << power
        self.length: int = self.plain + _TAG

    def opened(self, chunk: bytes | memoryview, counter: int, *, last: bool) -> bytes:
        """The plaintext of the chunk at place `counter`; raises Tampered when it is not that one."""
        try:
            return self._cipher.decrypt(_nonce(self._prefix, counter, last=last), chunk, self._bound)
        except InvalidTag:
            raise Tampered(f"chunk {counter}") from None


def _exactly(file: Readable, length: int) -> bytes:
    """`length` bytes, fewer only at the end: a storage over the network may return short reads."""
    data = file.read(length)
    while data and len(data) < length and (more := file.read(length - len(data))):
        data += more
    return data
