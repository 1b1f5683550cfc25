"""Copying entries off the database: bundles of leaves and tiles of hashes, each file read back after it was written."""

import logging
from collections.abc import Mapping, Sequence

from django.core.files.base import ContentFile

from audit.copies import reading
from audit.copies.reading import BUNDLE
from audit.proofs import tree
from audit.standalone.verify_log import leaf_hash

logger = logging.getLogger(__name__)


class CopyFailed(RuntimeError):
    """A file does not read back as it was written, or the store refused it."""


def write(files: Mapping[str, bytes]) -> None:
    """Write files, in the place of those of the same names, and read each back; raises CopyFailed."""
    store = reading.store()
    for name, value in files.items():
        try:
            store.save(name, ContentFile(value))
            again = reading.read(name)
        except Exception as error:  # a storage may have exceptions of its own
            raise CopyFailed(f"{name} could not be written to the log's copies: {type(error).__name__}.") from error
        if again != value:
            raise CopyFailed(f"{name} does not read back as it was written.")


def append(leaves: Sequence[bytes], *, first: int, size: int) -> None:
    """Copy leaves that stand at index `first` (the start of a bundle) and on, into a tree of `size` entries.

    Those below `size` are in the tree already: their bundle is written whole again. Raises CopyFailed, also
    when a tile that the tree needs is gone.
    """
    files = {}
    for start in range(0, len(leaves), BUNDLE):
        part = leaves[start : start + BUNDLE]
        files[tree.bundle_path((first + start) // BUNDLE, len(part))] = tree.bundle(part)
    try:
        files.update(tree.grow(reading.read, size, [leaf_hash(leaf) for leaf in leaves[size - first :]]))
    except (FileNotFoundError, ValueError) as error:
        raise CopyFailed(f"A tile that the log goes on from cannot be read: {error}") from error
    write(files)
    _tidy(size, first + len(leaves))


def publish(name: str, text: str) -> None:
    """Put the checkpoint or the keeper's statement where everybody reads it; raises CopyFailed."""
    write({name: text.encode()})


def _tidy(old: int, new: int) -> None:
    """Remove the narrower versions of the last tile of each level, once the whole tile is there."""
    level = 0
    while new >> tree.HEIGHT * level:
        number, width = divmod(old >> tree.HEIGHT * level, BUNDLE)
        if width and new >> tree.HEIGHT * (level + 1) > number:
            _remove_folder(tree.tile_path(level, number, width))
            if level == 0:
                _remove_folder(tree.bundle_path(number, width))
        level += 1


def _remove_folder(narrow: str) -> None:
    """Remove the folder of a narrow file, which holds nothing but such of the same tile."""
    store, folder = reading.store(), narrow.rpartition("/")[0]
    try:
        for name in store.listdir(folder)[1]:
            store.delete(f"{folder}/{name}")
    except FileNotFoundError:
        pass
    except Exception as error:  # noqa: BLE001 -- a storage may raise anything, and what stays does no harm
        logger.warning("Narrow tiles could not be removed from the log's copies: %s.", type(error).__name__)
