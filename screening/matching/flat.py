"""The exact index of one list: every hash is compared. 32 bytes a hash, and nothing kept beside it."""

from collections.abc import Iterable
from typing import Any

import faiss
import numpy as np

from screening.hash_kinds import PDQ_BYTES
from screening.matching.matcher import DISTANCE, Hashes, Match

# A worker has one core; what else runs on the machine is not its to slow down.
faiss.omp_set_num_threads(1)


class FlatIndex:
    """A Matcher of one list."""

    def __init__(self, name: str, pieces: Iterable[bytes], count: int) -> None:
        """`pieces` are `count` hashes one after another, cut anywhere; raises ValueError when they are not as many."""
        self.name = name
        self._index: Any = faiss.IndexBinaryFlat(8 * PDQ_BYTES)
        if count:
            self._fill(pieces, count)
        elif any(pieces):
            raise ValueError("the list holds more than it says")

    def search(self, queries: Hashes, distance: int = DISTANCE) -> list[Match]:
        """As Matcher."""
        if not self._index.ntotal or not len(queries):
            return []
        nearest, _ = self._index.search(np.ascontiguousarray(queries), 1)
        bits = nearest[:, 0]
        return [Match(int(query), self.name, int(bits[query])) for query in np.flatnonzero(bits <= distance)]

    def _fill(self, pieces: Iterable[bytes], count: int) -> None:
        # Into the index's own memory: handed over piece by piece it would grow by copying, and hold twice as much.
        held = self._index.xb
        held.resize(count * PDQ_BYTES)
        target, at = faiss.rev_swig_ptr(held.data(), count * PDQ_BYTES), 0
        for piece in pieces:
            if at + len(piece) > target.size:
                raise ValueError("the list holds more than it says")
            target[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
            at += len(piece)
        if at != target.size:
            raise ValueError("the list holds less than it says")
        self._index.ntotal = count
