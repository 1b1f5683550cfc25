"""The bytes of a shard: a WebDataset file with each photo's picture and what is told of it.

The same photos, readings and grounds give the same bytes, in whatever release: sorted by public id, times are 0.
"""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from typing import Final

# Said anew whenever the bytes of the same photos would be others: shards of another format are not reused.
FORMAT: Final = b"my-pictures-matter/shard/1"


def recipe(digests: Iterable[bytes]) -> str:
    """The digest of all that a shard is made of, in hex; `digests` are those of its photos, in their order."""
    whole = hashlib.sha256(FORMAT)
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()


def tar_of(pictures: Iterable[tuple[str, str]], jpegs: Iterable[bytes]) -> Iterator[bytes]:
    """The shard of these pictures, in parts: POSIX ustar. Each by its public id, with its sample as JSON and its JPEG.

    Raises what the pictures raise while they are read.
    """
    before = b""
    for (name, sample), jpeg in zip(pictures, jpegs, strict=True):
        told = f"{sample}\n".encode()
        yield before + _header(f"{name}.jpg", jpeg)
        # The picture itself is passed on as it is: every copy would cost about a tenth of what sealing it does.
        yield jpeg
        before = b"".join([_rest(jpeg), _header(f"{name}.json", told), told, _rest(told)])
    yield before + bytes(tarfile.BLOCKSIZE * 2)


def _header(name: str, data: bytes) -> bytes:
    digits = b"%011o" % len(data)
    checksum = _SUM + sum(name.encode()) + sum(digits)
    return b"".join([name.encode().ljust(100, b"\0"), _MODE, digits, _TIME, b"%06o\0 " % checksum, _REST])


def _rest(data: bytes) -> bytes:
    """What fills the last block of a member."""
    return bytes(-len(data) % tarfile.BLOCKSIZE)


def _parts_of_header() -> tuple[bytes, bytes, bytes, int]:
    """What stands in every header, as tarfile writes it: before the size, behind it, behind the checksum; their sum."""
    info = tarfile.TarInfo("")
    info.mode = 0o644
    whole = info.tobuf(format=tarfile.USTAR_FORMAT)
    before, behind, rest = whole[100:124], whole[135:148], whole[156:]
    return before, behind, rest, sum(before + behind + rest) + 8 * ord(" ")


# Two headers a photo are most of what a shard costs beside its bytes, so that only what differs is worked out.
_MODE, _TIME, _REST, _SUM = _parts_of_header()
