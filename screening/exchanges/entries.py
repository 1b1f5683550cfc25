"""Which hash each entry of a list server brought: records of 64 bytes, sealed, changed while they stream by.

A record is a digest of the entry's name, the kind of its hash, and the hash. What a server takes back it names by
entry, and two entries may have brought the same hash.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from screening.exchanges.answers import Update
from screening.hash_kinds import LENGTHS, Hash, Kind
from screening.matching.streams import among

_RECORD = np.dtype([("entry", "S16"), ("kind", "S16"), ("hash", "S32")])
Rows = NDArray[np.void]


class Entries:
    """The entries of one answer beside those that are kept. `pieces` opens the kept ones, as often as it is called."""

    def __init__(self, updates: Iterable[Update], pieces: Callable[[], Iterable[bytes]]) -> None:
        newest = {update.entry: update.hashes for update in updates}
        self._pieces = pieces
        self._named = np.unique(np.array([_named(entry) for entry in newest], "S16"))
        rows = [(_named(entry), each.kind, each.value) for entry, hashes in newest.items() for each in hashes]
        self._now = np.unique(np.array(rows, _RECORD))
        before = [rows[among(rows["entry"], self._named)] for rows in self._read()] if newest else []
        self._before = np.unique(np.concatenate([*before, self._now[:0]]))

    @property
    def changed(self) -> bool:
        """Whether the answer says anything that is not kept already."""
        return self._now.tobytes() != self._before.tobytes()

    def kept(self) -> Iterator[bytes]:
        """The records as they are from now on."""
        for rows in self._read():
            yield rows[~among(rows["entry"], self._named)].tobytes()
        yield self._now.tobytes()

    def brought(self) -> Iterator[Hash]:
        """Hashes that the changed entries have and had not."""
        now = _values(self._now)
        yield from map(_hash, now[~among(now, _values(self._before))])

    def left(self) -> Iterator[Hash]:
        """Hashes that the changed entries had and that no entry has any more."""
        had = _values(self._before)
        had = had[~among(had, _values(self._now))]
        for rows in self._read() if len(had) else ():
            others = _values(rows[~among(rows["entry"], self._named)])
            had = had[~among(had, others)]
        yield from map(_hash, had)

    def _read(self) -> Iterator[Rows]:
        for piece in self._pieces():
            yield np.frombuffer(piece, _RECORD)


def _named(entry: str) -> bytes:
    return hashlib.blake2b(entry.encode(), digest_size=16).digest()


def _values(rows: Rows) -> NDArray[np.bytes_]:
    """Kind and hash of each record as one string, sorted, once each."""
    both = np.ascontiguousarray(rows[["kind", "hash"]]).astype([("kind", "S16"), ("hash", "S32")])
    return np.unique(np.frombuffer(both.tobytes(), "S48"))


def _hash(value: bytes) -> Hash:
    whole = bytes(value).ljust(48, b"\0")
    kind: Kind = next(kind for kind in LENGTHS if kind.encode() == whole[:16].rstrip(b"\0"))
    return Hash(kind, whole[16 : 16 + LENGTHS[kind]])
