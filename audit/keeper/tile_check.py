"""The full look at the copies: every entry and every tile of every level read again, what is wrong written again."""

import logging
from collections.abc import Iterator
from typing import Final

from audit.copies import reading, writing
from audit.copies.reading import CopiesDamaged
from audit.keeper.signer import Signed
from audit.proofs import tree
from audit.proofs.chain import START, End, link
from audit.proofs.tree import Tree
from audit.standalone.verify_log import leaf_hash, root_hash

MOST_WRONG: Final = 1024  # tiles of 8 KB, held in memory
logger = logging.getLogger(__name__)


class Tiling:
    """Every tile of a tree that grows leaf by leaf; remembers the last, partial one of each level."""

    def __init__(self) -> None:
        self._levels: list[tuple[int, bytearray]] = []  # full tiles so far, hashes since

    def append(self, leaf_hash: bytes) -> Iterator[tuple[str, bytes]]:
        """Add one leaf: path and hashes of each tile that it fills."""
        level, added = 0, leaf_hash
        while added:
            if level == len(self._levels):
                self._levels.append((0, bytearray()))
            index, hashes = self._levels[level]
            hashes += added
            added = b""
            if len(hashes) == tree.WIDTH * tree.HASH:
                yield tree.tile_path(level, index), bytes(hashes)
                added = root_hash(bytes(hashes))
                self._levels[level] = (index + 1, bytearray())
            level += 1

    def partial(self) -> Iterator[tuple[int, int, bytes]]:
        """Level, index and hashes of each tile that is not full."""
        for level, (index, hashes) in enumerate(self._levels):
            if hashes:
                yield level, index, bytes(hashes)


def mend_tiles(last: Signed) -> bool:
    """Recompute every tile of every level from the copied entries and write again those that are not so.

    False when the entries are not those that were signed, or so much is wrong that all had better be written again
    from the database. Raises CopyFailed.
    """
    size = last.end.size
    grown, chain, wrong = Tree(), START, dict[str, bytes]()
    tiles = Tiling()
    try:
        for leaf in reading.entries(size):
            hashed = leaf_hash(leaf)
            grown.append(hashed)
            chain = link(chain, hashed)
            for name, value in tiles.append(hashed):
                _compare(name, value, wrong)
            if len(wrong) > MOST_WRONG:
                return False
    except CopiesDamaged as damaged:
        logger.error("%s", damaged)  # noqa: TRY400 -- the sentence says all
        return False
    if (grown.root(), End(grown.size, chain)) != (last.root, last.end):
        return False
    for level, index, value in tiles.partial():
        _compare_narrow(level, index, value, wrong)
    if wrong:
        logger.error("%s tiles of the log's copies were not as they were written, and are written again.", len(wrong))
        writing.write(wrong)
    return True


def _compare(name: str, value: bytes, wrong: dict[str, bytes]) -> None:
    try:
        if reading.read(name) == value:
            return
    except (FileNotFoundError, CopiesDamaged):
        pass
    wrong[name] = value


def _compare_narrow(level: int, index: int, value: bytes, wrong: dict[str, bytes]) -> None:
    """The last tile of a level, at its width now and at each one that it had before and that is still there."""
    widest = len(value) // tree.HASH
    for width in range(1, widest + 1):
        name, part = tree.tile_path(level, index, width), value[: width * tree.HASH]
        try:
            if reading.read(name) == part:
                continue
        except FileNotFoundError:
            # Copies that are ahead of the signature may hold the full tile in this one's place.
            if width < widest or _is_full_tile_there(level, index, part):
                continue
        except CopiesDamaged:
            pass
        wrong[name] = part


def _is_full_tile_there(level: int, index: int, part: bytes) -> bool:
    try:
        return reading.read(tree.tile_path(level, index)).startswith(part)
    except (FileNotFoundError, CopiesDamaged):
        return False
