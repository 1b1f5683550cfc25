"""The log as it was copied off the database: entries in bundles, tiles of hashes, the checkpoint, what its keeper says.

Files are named as C2SP tlog-tiles names them, so that monitors read what a lost database is refilled from. Nothing that
lies in a file's place can hurt a reader: whatever cannot be read is CopiesDamaged, and the keeper writes it again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.storage import Storage, storages

from audit.proofs import statements, tree
from audit.proofs.chain import START, End, link
from audit.proofs.consistency import check_consistency
from audit.proofs.notes import open_note
from audit.proofs.statements import Statement
from audit.proofs.tree import Tree
from audit.standalone.verify_log import Bad, Checkpoint, Key, check_proof, leaf_hash, open_checkpoint, parse_key

STORE: Final = "log"
CHECKPOINT, STATEMENT = "checkpoint", "statement"
ENTRIES: Final = "tile/entries/"
BUNDLE: Final = tree.WIDTH
MOST_BYTES: Final = 256 * 1024
MOST_BUNDLE_BYTES: Final = BUNDLE * (2 + tree.LONGEST_ENTRY)


class CopiesDamaged(Bad, ValueError):
    """A file of the copies cannot be read, or does not read as it was written; `index` is the entry, where it is one.

    One that is not there is a FileNotFoundError.
    """

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason)
        self.index = index


def store() -> Storage:
    """Where the copies are kept."""
    return storages[STORE]


def read(path: str) -> bytes:
    """One file of the copies; raises FileNotFoundError and CopiesDamaged."""
    most = MOST_BUNDLE_BYTES if path.startswith(ENTRIES) else MOST_BYTES
    try:
        with store().open(path) as file:
            found = bytes(file.read(most + 1))
    except FileNotFoundError:
        raise
    except Exception as error:  # a storage may have exceptions of its own
        raise CopiesDamaged(f"{path} cannot be read from the log's copies: {type(error).__name__}.") from error
    if len(found) > most:
        raise CopiesDamaged(f"{path} in the log's copies is longer than {most} bytes.")
    return found


def log_vkey() -> str:
    """The key that everybody checks with, as text (C2SP signed-note)."""
    return Path(settings.LOG_VERIFIER).read_text(encoding="utf-8").strip()


def log_key() -> Key:
    """The key that everybody checks with; its name is the log's origin."""
    return parse_key(log_vkey())


def checkpoint() -> str | None:
    """The note that was published last, with its cosignatures; None before the first. Its signature is not checked.

    Raises CopiesDamaged when what is there cannot be read as text.
    """
    return _text(CHECKPOINT)


def published() -> Checkpoint | None:
    """The checkpoint that was published last; None before the first.

    Raises CopiesDamaged when what is there is not the log's own.
    """
    note = checkpoint()
    try:
        return None if note is None else open_checkpoint(note, log_key())
    except Bad as error:
        raise CopiesDamaged(f"The published checkpoint is not the log's own: {error}") from error


def statement() -> Statement | None:
    """What the keeper said after its last look; None when it said nothing yet.

    Raises Bad or NotAStatement when what is there was not signed by the keeper, or is no statement.
    """
    note = _text(STATEMENT)
    if note is None:
        return None
    key = log_key()
    return statements.read(open_note(note, key), origin=key.name)


def tile(path: str) -> bytes:
    """A tile of hashes by its name, such as "tile/0/x001/234"; raises FileNotFoundError, also for any other name.

    Raises CopiesDamaged.
    """
    if not tree.TILE_PATH.fullmatch(path):
        raise FileNotFoundError(path)
    return read(path)


def proof(index: int) -> str | None:
    """The .tlog-proof of an entry, checked; None until a checkpoint covers it.

    Raises CopiesDamaged when it cannot be made, or does not lead to the checkpoint.
    """
    try:
        note = checkpoint()
        if note is None:
            return None
        key = log_key()
        covering = open_checkpoint(note, key)
        if not 0 <= index < covering.size:
            return None
        leaf = bundle(index // BUNDLE, covering.size)[index % BUNDLE]
        made = tree.proof_text(index, tree.inclusion(read, index, covering.size), leaf, note)
        check_proof(made, key)
    except (Bad, OSError, ValueError) as error:
        raise CopiesDamaged(f"The proof of entry {index} cannot be made from the log's copies.", index) from error
    return made


def check_goes_on(old: Checkpoint, new: Checkpoint) -> None:
    """Raise Bad unless the published tiles prove that the tree of `old` is the start of that of `new`."""
    try:
        steps = tree.consistency(read, old.size, new.size)
    except (FileNotFoundError, ValueError) as error:
        raise Bad(f"The tiles do not prove it: {error}") from error
    check_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=steps)


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
            raise _entry_damaged(first) from error
        if len(found) < width:
            raise _entry_damaged(first + len(found))
        return found
    raise _entry_damaged(first)


def recomputed(leaves: Iterator[bytes]) -> tuple[bytes, End]:
    """The root hash of these leaves, and where their chain ends; constant memory."""
    grown, chain = Tree(), START
    for leaf in leaves:
        hashed = leaf_hash(leaf)
        grown.append(hashed)
        chain = link(chain, hashed)
    return grown.root(), End(grown.size, chain)


def _entry_damaged(index: int) -> CopiesDamaged:
    return CopiesDamaged(f"The copy of entry {index} is missing or does not read as it was written.", index)


def _text(name: str) -> str | None:
    try:
        return read(name).decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise CopiesDamaged(f"{name} in the log's copies is no text.") from error
