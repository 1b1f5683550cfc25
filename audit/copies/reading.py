"""The log as it was copied off the database: entries in bundles, tiles of hashes, the checkpoint, what its keeper says.

Files are named as C2SP tlog-tiles names them, so that monitors read what a lost database is refilled from.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from audit.models import Head
from audit.proofs import statements, tree
from audit.proofs.chain import START, End, link
from audit.proofs.notes import open_note
from audit.proofs.statements import Statement
from audit.proofs.tree import Tree
from audit.standalone.verify_log import Bad, Checkpoint, Key, leaf_hash, open_checkpoint, parse_key

STORE: Final = "log"
CHECKPOINT, STANDING = "checkpoint", "standing"
HASH_TILE = re.compile(r"tile/(?:\d|[1-5]\d|6[0-3])/(?:x\d{3}/)*\d{3}(?:\.p/[1-9]\d{0,2})?", re.ASCII)
BUNDLE: Final = 256


class CopiesDamaged(ValueError):
    """An entry of the copies is missing or unreadable; `index` is its place."""

    def __init__(self, index: int) -> None:
        super().__init__(f"The copy of entry {index} is missing or does not read as it was written.")
        self.index = index


def store() -> Storage:
    """Where the copies are kept."""
    return storages[STORE]


def read(path: str) -> bytes:
    """One file of the copies; raises FileNotFoundError."""
    with store().open(path) as file:
        return bytes(file.read())


def log_vkey() -> str:
    """The key that everybody checks with, as text (C2SP signed-note)."""
    return Path(settings.LOG_VERIFIER).read_text(encoding="utf-8").strip()


def log_key() -> Key:
    """The key that everybody checks with; its name is the log's origin."""
    return parse_key(log_vkey())


def checkpoint() -> str | None:
    """The note that was published last, with its cosignatures; None before the first. It is not checked here."""
    return _text(CHECKPOINT)


def published() -> Checkpoint | None:
    """The checkpoint that was published last; None before the first. Raises Bad when it is not the log's own."""
    note = checkpoint()
    return None if note is None else open_checkpoint(note, log_key())


def standing() -> Statement | None:
    """What the keeper said after its last look; None when it said nothing yet.

    Raises Bad or NotAStatement when what is there was not signed by the keeper, or is no statement.
    """
    note = _text(STANDING)
    if note is None:
        return None
    key = log_key()
    return statements.read(open_note(note, key), origin=key.name)


def tile(path: str) -> bytes:
    """A tile of hashes by its name, such as "tile/0/x001/234"; raises FileNotFoundError, also for any other name."""
    if not HASH_TILE.fullmatch(path):
        raise FileNotFoundError(path)
    return read(path)


def proof(index: int) -> str | None:
    """The .tlog-proof of an entry; None until a checkpoint covers it. Raises CopiesDamaged when it cannot be made."""
    note = checkpoint()
    if note is None:
        return None
    try:
        covering = open_checkpoint(note, log_key())
        if not 0 <= index < covering.size:
            return None
        leaf = bundle(index // BUNDLE, covering.size)[index % BUNDLE]
        return tree.proof_text(index, tree.inclusion(read, index, covering.size), leaf, note)
    except (Bad, OSError, ValueError) as error:
        raise CopiesDamaged(index) from error


def is_log_complete() -> bool:
    """Whether the database holds at least as many entries as were published: not so after a backup was restored."""
    try:
        return not _is_behind()
    except (DatabaseError, OSError):
        return False


def is_log_behind() -> bool:
    """Whether the database answers and holds less than was published, or what was published is not the log's own."""
    try:
        return _is_behind()
    except DatabaseError:
        return False


def _is_behind() -> bool:
    try:
        covered = published()
        return covered is not None and Head.objects.using(DEFAULT_DB_ALIAS).get().size < covered.size
    except (Bad, Head.DoesNotExist):
        return True


def entries(size: int) -> Iterator[bytes]:
    """The leaves of a log of this size, in order, a bundle in memory at a time; raises CopiesDamaged."""
    for number in range(-(-size // BUNDLE)):
        yield from bundle(number, size)


def bundle(number: int, size: int) -> list[bytes]:
    """The leaves of one bundle of a log of this size; a wider file may have taken a narrower one's place.

    Raises CopiesDamaged.
    """
    first = number * BUNDLE
    width = min(BUNDLE, size - first)
    for name in (tree.bundle_path(number, width), tree.bundle_path(number)):
        try:
            found = tree.entries(read(name))[:width]
        except FileNotFoundError:
            continue
        except ValueError as error:
            raise CopiesDamaged(first) from error
        if len(found) < width:
            raise CopiesDamaged(first + len(found))
        return found
    raise CopiesDamaged(first)


def recomputed(leaves: Iterator[bytes]) -> tuple[bytes, End]:
    """The root hash of these leaves, and where their chain ends; constant memory."""
    grown, chain = Tree(), START
    for leaf in leaves:
        hashed = leaf_hash(leaf)
        grown.append(hashed)
        chain = link(chain, hashed)
    return grown.root(), End(grown.size, chain)


def _text(name: str) -> str | None:
    try:
        return read(name).decode()
    except FileNotFoundError:
        return None
