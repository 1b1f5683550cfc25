"""Sorted records of fixed length, changed while they stream by: a list of any size in constant memory.

A piece is a number of whole records, one after another: so are the chunks of a vault, whose size is a power of two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# Fixed-length byte strings. numpy compares them byte by byte, and as of one length zeros at the end do not matter.
Records = NDArray[np.bytes_]


def sorted_records(data: bytes | bytearray, length: int) -> Records:
    """The distinct records of `data`, in order; raises ValueError when one is cut."""
    return np.unique(np.frombuffer(data, f"S{length}"))


def among(records: Records, wanted: Records) -> NDArray[np.bool_]:
    """For each of the records, whether it stands in `wanted`, which is sorted."""
    if not len(wanted):
        return np.zeros(len(records), bool)
    at = np.minimum(np.searchsorted(wanted, records), len(wanted) - 1)
    found: NDArray[np.bool_] = wanted[at] == records
    return found


@dataclass(slots=True)
class Change:
    """What is added to sorted records and what is taken from them; both sorted. Told afterwards: what came of it."""

    added: Records
    taken: Records
    count: int = 0
    gone: int = 0
    _new: list[Records] = field(default_factory=list)

    def news(self) -> Records:
        """Those added that did not stand there before, sorted; once `over` has come to its end."""
        return np.concatenate(self._new)

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The records of `pieces` without those taken and with those added, once each, still sorted."""
        from_here = 0
        for piece in pieces:
            records = np.frombuffer(piece, self.added.dtype)
            if not len(records):
                continue
            to_here = int(np.searchsorted(self.added, records[-1], side="right"))
            yield self._changed(records, self.added[from_here:to_here])
            from_here = to_here
        yield self._changed(self.added[:0], self.added[from_here:])

    def _changed(self, records: Records, added: Records) -> bytes:
        kept = records[~among(records, self.taken)]
        new = added[~among(added, records)]
        self.gone += len(records) - len(kept)
        self._new.append(new)
        # What is taken and added at once stays.
        merged = np.union1d(kept, added) if len(added) else kept
        self.count += len(merged)
        return merged.tobytes()
