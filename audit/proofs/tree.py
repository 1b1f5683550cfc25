"""The log's Merkle tree as tiles of 256 hashes (C2SP tlog-tiles): growing it, and proofs from it (RFC 9162, 2.1)."""

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import TypeAlias

from audit.standalone.verify_log import node_hash, root_hash

WIDTH = 256  # hashes in a full tile, entries in a full bundle
HEIGHT = 8  # levels of the tree in a tile
HASH = 32  # bytes
LONGEST_ENTRY = 2**16 - 1  # bytes
EMPTY_ROOT = root_hash(b"")
# Level 0-63, index in zero-padded groups of three digits, width 1-255 of a partial tile.
TILE_PATH = re.compile(
    r"tile/(?:[0-9]|[1-5][0-9]|6[0-3])/(?:(?!x000)(?:x[0-9]{3}/){1,6})?[0-9]{3}"
    r"(?:\.p/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)

Reader: TypeAlias = Callable[[str], bytes]
"""Reads one tile by its path below the log's address; raises FileNotFoundError."""


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Where a tile stands below the log's address; narrower than 256 it is partial."""
    return f"tile/{level}/{_place(index, width)}"


def is_tile_path(path: str) -> bool:
    """Whether a tile of hashes can have this path below the log's address."""
    return TILE_PATH.fullmatch(path) is not None


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Where a bundle of entries stands below the log's address."""
    return f"tile/entries/{_place(index, width)}"


def _place(index: int, width: int) -> str:
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    parts = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"


def grow(read: Reader, size: int, leaf_hashes: Sequence[bytes]) -> dict[str, bytes]:
    """Every tile that is new or wider once these leaf hashes stand behind the first `size`: path and bytes.

    Reads one partial tile a level at most. Raises FileNotFoundError or ValueError when the old tiles are not there.
    """
    tiles = Tiles(read, size)
    grown: dict[str, bytes] = {}
    level, before, added = 0, size, b"".join(leaf_hashes)
    while added:
        index, width = divmod(before, WIDTH)
        joined = (tiles.tile(level, index) if width else b"") + added
        above = []
        for start in range(0, len(joined), WIDTH * HASH):
            content = joined[start : start + WIDTH * HASH]
            grown[tile_path(level, index, len(content) // HASH)] = content
            if len(content) == WIDTH * HASH:
                above.append(root_hash(content))
            index += 1
        level, before, added = level + 1, before // WIDTH, b"".join(above)
    return grown


class Tree:
    """A tree that grows leaf by leaf and remembers only the roots of its full subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.full: list[bytes] = []

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf."""
        rest, top = self.size, leaf_hash
        while rest & 1:
            rest, top = rest >> 1, node_hash(self.full.pop(), top)
        self.full.append(top)
        self.size += 1

    def root(self) -> bytes:
        """The root hash of all leaves so far."""
        found = self.full[-1] if self.full else EMPTY_ROOT
        for left in self.full[-2::-1]:
            found = node_hash(left, found)
        return found


class Tiles:
    """The tiles of a tree of one size, each read once."""

    def __init__(self, read: Reader, size: int) -> None:
        self.read = read
        self.size = size
        self.seen: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile as wide as this tree has it. Raises FileNotFoundError, or ValueError when cut short."""
        if (level, index) not in self.seen:
            width = min((self.size >> HEIGHT * level) - WIDTH * index, WIDTH)
            try:
                content = self.read(tile_path(level, index, width))
            except FileNotFoundError:
                if width == WIDTH:
                    raise
                content = self.read(tile_path(level, index))  # a partial tile may go once the full one is there
            if len(content) % HASH or len(content) < width * HASH:
                raise ValueError(f"The tile {tile_path(level, index, width)} is cut short.")
            self.seen[level, index] = content[: width * HASH]
        return self.seen[level, index]

    def hash(self, start: int, end: int) -> bytes:
        """The root of the leaves from `start` up to `end`, where a subtree of this tree begins at `start`."""
        count = end - start
        if count & (count - 1):
            middle = start + _half(count)
            return node_hash(self.hash(start, middle), self.hash(middle, end))
        level, rest = divmod(count.bit_length() - 1, HEIGHT)
        index, place = divmod(start >> HEIGHT * level, WIDTH)
        return root_hash(self.tile(level, index)[place * HASH : (place + (1 << rest)) * HASH])


def root(read: Reader, size: int) -> bytes:
    """The root hash of the first `size` entries. Raises FileNotFoundError, or ValueError for a tile cut short."""
    return Tiles(read, size).hash(0, size) if size else EMPTY_ROOT


def inclusion(read: Reader, index: int, size: int) -> list[bytes]:
    """The proof that the entry stands in the tree of `size`, leaf side first (RFC 9162, 2.1.3.1). Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} entries has no entry {index}.")
    tiles, start, end = Tiles(read, size), 0, size
    proof: list[bytes] = []
    while end - start > 1:
        middle = start + _half(end - start)
        beside = (middle, end) if index < middle else (start, middle)
        start, end = (start, middle) if index < middle else (middle, end)
        proof.append(tiles.hash(*beside))
    return proof[::-1]


def consistency(read: Reader, old_size: int, size: int) -> list[bytes]:
    """The proof that the tree of `old_size` is the start of that of `size` (RFC 9162, 2.1.4.1). Raises ValueError."""
    if not 0 <= old_size <= size:
        raise ValueError(f"A tree of {size} entries has no earlier one of {old_size}.")
    tiles, start, end = Tiles(read, size), 0, size
    proof: list[bytes] = []
    while 0 < old_size < end:
        middle = start + _half(end - start)
        beside = (middle, end) if old_size <= middle else (start, middle)
        start, end = (start, middle) if old_size <= middle else (middle, end)
        proof.append(tiles.hash(*beside))
    if start:  # the old tree does not end with a full subtree at the left edge: the path begins with where it ends
        proof.append(tiles.hash(start, end))
    return proof[::-1]


def _half(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each behind its length as two bytes. Raises ValueError for one that is too long."""
    if any(len(entry) > LONGEST_ENTRY for entry in entries):
        raise ValueError(f"An entry may have {LONGEST_ENTRY} bytes.")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it is cut short."""
    found, at = [], 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or at > len(bundle):
            raise ValueError("The bundle is cut short.")
        found.append(bundle[start:at])
    return found


def proof_text(index: int, proof: Sequence[bytes], leaf: bytes, note: str) -> str:
    """A .tlog-proof: the entry's bytes, its index, its inclusion proof and the checkpoint (C2SP tlog-proof v1)."""
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64encode(leaf).decode()}", f"index {index}"]
    lines += [b64encode(one).decode() for one in proof]
    return "\n".join(lines) + "\n\n" + note
