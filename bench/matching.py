"""Known lists of 1,000,000 and 10,000,000 hashes: loading, sixteen look-ups at once, and whether any is missed.

One core. The yardstick is the index library alone, in the same run, on the same hashes.
"""

import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss
import numpy as np

from bench.bars import LOADED_SECONDS, LOOK_UP_SHARE, LOOKED_UP, Bars, Beside
from bench.figure import Figure
from bench.measured import measured
from screening.hash_kinds import PDQ_BYTES
from screening.matching.flat import FlatIndex
from screening.matching.matcher import DISTANCE, Hashes
from screening.matching.streams import Change, sorted_records
from vault.sealing import CHUNK, Sealer, new_key, unseal

LOOK_UPS = 16
LIBRARY = "the index library alone"
JUDGED_FROM = 1_000_000
ROUNDS = 15
PLANTED = 640
_SEED = 6


def measure(scale: int) -> list[Figure]:
    """On a list of so many hashes."""
    return _judged(scale).figures


def _judged(*sizes: int) -> Bars:
    """Print and keep what each size takes beside its bars."""
    bars = Bars()
    for count in sizes:
        bars.at = f"{count:,} hashes"
        with tempfile.TemporaryDirectory() as folder:
            cost = measured(lambda: _of_size(Path(folder) / "list", count), core=0)  # noqa: B023 - run at once
        loading, batch, alone, merging, missed, invented = cost.result
        print(f"{count:,} hashes, peak {cost.peak_mb:.0f} MB with the library's own copy:")
        print(f"  unseal and index  {loading:8.2f} s{bars.at_most('load', loading, LOADED_SECONDS, 's')}")
        allowed = next((allowed for most, allowed in LOOKED_UP.items() if count <= most), max(LOOKED_UP.values()))
        beside = Beside(LIBRARY, batch / alone)
        line = bars.at_most(f"{LOOK_UPS} look-ups", 1000 * batch, allowed, "ms", beside=beside)
        print(f"  {LOOK_UPS} look-ups       {1000 * batch:8.1f} ms{line}")
        # In a short list what surrounds the library's search is more than the search.
        bars.judges = count >= JUDGED_FROM
        share = bars.at_most("share of the library", 100 * batch / alone, 100 * LOOK_UP_SHARE, "%", beside=beside)
        bars.judges = True
        print(f"  the library alone {1000 * alone:8.1f} ms: {100 * batch / alone:.0f} %{share}")
        print(f"  merge 1,000 more  {merging:8.2f} s, beside the sealing")
        bars.note("merge 1,000 more", merging, "s")
        bars.note("memory, with the library's own copy", cost.peak_mb, "MB")
        none = bars.at_most("missed or invented", missed + invented, 0, "of both")
        print(
            f"  {PLANTED:,} planted at 0 to {DISTANCE} bits: {missed} missed; as many beyond: {invented} invented{none}"
        )
    return bars


def _of_size(path: Path, count: int) -> tuple[float, float, float, float, int, int]:
    rng = np.random.default_rng(_SEED)
    stored = rng.integers(0, 256, (count, PDQ_BYTES), np.uint8)
    key, name = new_key(), uuid.uuid4()
    _seal(stored, path, key, name)
    begun = time.perf_counter()
    with path.open("rb") as file:
        index = FlatIndex("list", unseal(file, key, name), count)
    loading = time.perf_counter() - begun
    missed, invented = _recall(index, stored, rng)
    library = faiss.IndexBinaryFlat(8 * PDQ_BYTES)
    library.add(stored)
    asked = rng.integers(0, 256, (LOOK_UPS, PDQ_BYTES), np.uint8)
    # By turns, and the fastest of each: whatever else the machine does can only make them slower.
    times = [(_seconds(lambda: index.search(asked)), _seconds(lambda: library.search(asked, 1))) for _ in range(ROUNDS)]
    batch, alone = (min(column) for column in zip(*times, strict=True))
    return loading, batch, alone, _merged(path, key, name, rng), missed, invented


def _recall(index: FlatIndex, stored: Hashes, rng: np.random.Generator) -> tuple[int, int]:
    """How many planted neighbours are missed, and how many beyond the distance are found."""
    distances = np.arange(2 * PLANTED) % (2 * (DISTANCE + 1))
    asked = stored[rng.integers(0, len(stored), len(distances))].copy()
    for row, bits in zip(asked, distances, strict=True):
        places = rng.choice(8 * PDQ_BYTES, bits, replace=False)
        np.bitwise_xor.at(row, places // 8, (1 << (places % 8)).astype(np.uint8))
    found = {match.query for match in index.search(asked)}
    near = {int(number) for number in np.flatnonzero(distances <= DISTANCE)}
    return len(near - found), len(found - near)


def _merged(path: Path, key: bytes, name: uuid.UUID, rng: np.random.Generator) -> float:
    """Seconds to stream the list by and add a thousand hashes to it."""
    more = sorted_records(rng.bytes(1000 * PDQ_BYTES), PDQ_BYTES)
    with path.open("rb") as file:
        change = Change(more, more[:0])
        return _seconds(lambda: [len(piece) for piece in change.over(unseal(file, key, name))])


def _seal(stored: Hashes, path: Path, key: bytes, name: uuid.UUID) -> None:
    in_order = np.sort(stored.view(f"S{PDQ_BYTES}"), axis=0)
    sealer = Sealer(key, name)
    with path.open("wb") as file:
        file.write(sealer.header)
        for piece in _pieces(in_order.tobytes()):
            file.write(sealer.update(piece))
        file.write(sealer.finish())


def _pieces(data: bytes) -> Iterator[bytes]:
    yield from (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    _judged(*LOOKED_UP).finish()
