"""Made-up logs for the verifier: an export, its checkpoints and proofs, without a database."""

import json
from collections.abc import Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proofs import notes, tree
from audit.standalone.verify_log import Key, dump, leaf_hash, parse_key

NAME = "log.example.org/log"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VKEY = notes.vkey(NAME, PRIVATE.public_key())
KEY: Key = parse_key(VKEY)
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
WITNESS_KEY: Key = parse_key(notes.vkey("witness.example.org/w", WITNESS.public_key(), notes.COSIGNATURE))


def leaf(index: int, word: str = "made") -> str:
    """An entry as the log writes it."""
    entry = {
        "action": "photo:received",
        "actor": "system",
        "at": f"2026-01-01T00:00:{index % 60:02}.000000Z",
        "data": {"word": word},
        "index": index,
        "nonce": f"{index:032x}",
        "subject": f"photo-{index}",
    }
    return dump(entry)


def leaves(size: int) -> list[str]:
    """The first entries of the made-up log."""
    return [leaf(index) for index in range(size)]


def hashes(entries: Sequence[str]) -> list[bytes]:
    """Their leaf hashes."""
    return [leaf_hash(entry.encode()) for entry in entries]


def tiles(entries: Sequence[str]) -> tree.Reader:
    """A reader of the tiles over these entries."""
    return tree.grow(_nothing, 0, hashes(entries)).__getitem__


def checkpoint(entries: Sequence[str], private: Ed25519PrivateKey = PRIVATE, name: str = NAME) -> str:
    """The signed checkpoint of a log with these entries."""
    grown = tree.Tree()
    for one in hashes(entries):
        grown.append(one)
    return notes.sign(notes.checkpoint_text(name, len(entries), grown.root()), name, private)


def cosigned(note: str, time: int) -> str:
    """The checkpoint with the witness's cosignature behind its signatures."""
    text = note.rpartition("\n\n")[0] + "\n"
    signature = WITNESS.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
    blob = WITNESS_KEY.id + time.to_bytes(8, "big") + signature
    return notes.with_signatures(note, [notes.signature_line(WITNESS_KEY.name, blob)])


def export(entries: Sequence[str], note: str | None) -> list[str]:
    """A whole export of these entries, chained and hashed as they stand."""
    lines, chain = [], bytes(32)
    for index, (entry, hashed) in enumerate(zip(entries, hashes(entries), strict=True)):
        chain = sha256(chain + hashed).digest()
        line = {"chain": chain.hex(), "index": index, "leaf": entry, "leaf_hash": hashed.hex()}
        lines.append(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")
    return [*lines, dump({"chain": chain.hex(), "checkpoint": note, "size": len(entries)}) + "\n"]


def proof(index: int, entries: Sequence[str]) -> str:
    """The .tlog-proof of an entry under the checkpoint of all."""
    path = tree.inclusion(tiles(entries), index, len(entries))
    return tree.proof_text(index, path, entries[index].encode(), checkpoint(entries))


def _nothing(path: str) -> bytes:
    raise FileNotFoundError(path)
