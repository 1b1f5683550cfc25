"""Verify the log of My Pictures Matter without its site; needs Python 3.11 or newer and the `cryptography` package.

  python verify_log.py export|proof FILE [--key KEY] [--kept CHECKPOINT ...]
FILE: a whole export of the log (JSON lines), or one entry's proof (.tlog-proof); - is standard input. KEY: the log's
verifier key, or a file with it. CHECKPOINT (for exports): a file with one that you kept earlier. Exit code 1: not good.
"""

import argparse
import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # in keys, notes and proofs
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+(\S{44})")
NOTE = re.compile(r"(.*\n)\n((?:— [^\s+]+ \S+\n)+)", re.DOTALL)
CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n(\S{44})\n(?:[^\n]+\n)*")
PROOF = re.compile(r"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9][0-9]{0,17})\n((?:\S+\n)*)\n(.*)", re.DOTALL)
LINE = re.compile(r'{"chain":"\w+","index":\d+,"leaf":"(.*)","leaf_hash":"\w+"}\n')  # of exports, whose last line is:
LAST = re.compile(r'{"chain":"\w+","checkpoint":(null|"(?:[ !#-\[\]-~]|\\[n"]|\\u[\da-f]{4})*"),"size":(\d{1,18})}\n')
CODE = r'"[\w:.-]+"'  # in leaves, which are what is hashed as one entry of the tree; the oldest have no nonce
LEAF = re.compile(r'{"action":@,"actor":@,"at":@,"data":{.*},"index":\d+,("nonce":@,)?"subject":@}'.replace("@", CODE))
dump = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode  # the one way to write JSON
Key = NamedTuple("Key", [("name", str), ("id", bytes), ("kind", int), ("public", bytes)])  # noqa: UP014 (kind 1 or 4: note, cosignature)
Signatures = tuple[tuple[str, bytes], ...]  # the name of a key; its id (4 bytes) with the signature behind it
Checkpoint = NamedTuple(  # noqa: UP014
    "Checkpoint", [("origin", str), ("size", int), ("root", bytes), ("text", str), ("signatures", Signatures)]
)
Result = NamedTuple("Result", [("size", int), ("chain", bytes), ("root", bytes), ("checkpoint", Checkpoint | None)])  # noqa: UP014


class Bad(Exception):
    """What was checked is not good: `reason` says why, `index` names the first bad entry where one can be named."""

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason if index is None else f"First bad index {index}: {reason}")
        self.reason, self.index = reason, index


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours in the tree."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaves: bytes) -> bytes:
    """The root hash of the tree over these leaf hashes, 32 bytes each; one without a neighbour moves up as it is."""
    while len(leaves) > 32:
        pairs = [leaves[at : at + 64] for at in range(0, len(leaves), 64)]
        leaves = b"".join([node_hash(pair[:32], pair[32:]) if len(pair) == 64 else pair for pair in pairs])
    return leaves or sha256().digest()


def check_inclusion(*, root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> None:
    """Raise Bad unless this leaf hash stands at the index of the tree with this root (RFC 9162, 2.1.3.2)."""
    at, last, rest = index, size - 1, iter(proof)
    while last > 0:
        if at & 1 or at < last:
            beside = next(rest, b"")
            leaf = node_hash(beside, leaf) if at & 1 else node_hash(leaf, beside)
        at, last = at >> 1, last >> 1
    if leaf != root or not 0 <= index < size or next(rest, None) is not None:
        raise Bad("The proof does not lead from this entry to the root hash.")


def _match(pattern: re.Pattern[str], text: str, name: str) -> tuple[str, ...]:
    if len(text) <= 262_144 and not FORBIDDEN.search(text) and (match := pattern.fullmatch(text)):
        return match.groups()
    raise Bad(f"This is not a {name}.")


def _base64(text: str) -> bytes:
    with suppress(ValueError):
        if b64encode(b64decode(text)).decode() == text:  # two texts may mean the same bytes: one of them is accepted
            return b64decode(text)
    raise Bad("This is not canonical base64.")


def parse_key(vkey: str) -> Key:
    """A verifier key: <name>+<id, 8 hexadecimal digits>+<base64 of kind and key>; raises Bad."""
    name, digits, encoded = _match(VKEY, vkey, "verifier key")
    raw = _base64(encoded)
    key = Key(name, sha256(name.encode() + b"\n" + raw).digest()[:4], raw[0], raw[1:])
    if key.kind not in (1, 4) or len(raw) != 33 or key.id.hex() != digits:
        raise Bad("This verifier key is of another kind, or its id is wrong.")
    return key


def read_note(note: str, key: Key | None) -> tuple[str, Signatures]:
    """The text and all signatures of a note that the key signed; with None no signature is checked; raises Bad."""
    text, lines = _match(NOTE, note, "signed note")
    signatures = tuple((line.split(" ")[1], _base64(line.split(" ")[2])) for line in lines[:-1].split("\n"))
    if key is None:
        return text, signatures
    known = [blob[4:] for name, blob in signatures if (name, blob[:4], 1) == (key.name, key.id, key.kind)]
    try:
        for signature in known or [b""]:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature as error:
        raise Bad(f"This is not signed by {key.name}, or its signature is wrong.") from error
    return text, signatures


def open_checkpoint(note: str, key: Key | None) -> Checkpoint:
    """A checkpoint of the log with this key, signed by it; with None its signatures are not checked; raises Bad."""
    text, signatures = read_note(note, key)
    origin, size, root = _match(CHECKPOINT, text, "checkpoint")
    if key and origin != key.name:
        raise Bad(f"The checkpoint is of another log: {origin!a}.")
    return Checkpoint(origin, int(size), _base64(root), text, signatures)


def _leaf(text: str, index: int) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        found = json.loads(text if LEAF.fullmatch(text) else "")
        # It says one thing to every reader: no field twice, none more, and one spelling.
        if dump(found) == text and len(found) == 6 + ("nonce" in found) and found["index"] == index:
            return dict(found)
    raise Bad("The entry is not written as the log writes entries, or belongs elsewhere.", index)


def check_proof(text: str, key: Key | None) -> tuple[int, dict[str, Any], Checkpoint]:
    """Index, entry and checkpoint of a .tlog-proof whose `extra` is the entry; signatures only with a key; or Bad."""
    extra, number, hashes, note = _match(PROOF, text, "proof")
    leaf, index, proof = _base64(extra), int(number), [_base64(one) for one in hashes.split()]
    at = open_checkpoint(note, key)
    check_inclusion(root=at.root, size=at.size, index=index, leaf=leaf_hash(leaf), proof=proof)
    return index, _leaf(leaf.decode(errors="replace"), index), at


def check_export(lines: Iterable[bytes | str], *, key: Key | None, kept: Sequence[Checkpoint] = ()) -> Result:
    """What a whole export comes to; raises Bad unless it fits its own checkpoint and those that were kept earlier."""
    agreed, chain, leaves, text, last = 0, bytes(32), bytearray(), "", None
    for index, line in enumerate(lines):
        text = line if isinstance(line, str) else line.decode(errors="replace")
        line_of_entry = LINE.fullmatch(text)
        if line_of_entry and not last:
            entry = line_of_entry[1].replace('\\"', '"')
            _leaf(entry, index)
            leaf = leaf_hash(entry.encode())
            chain = sha256(chain + leaf).digest()
            if text != f'{{"chain":"{chain.hex()}","index":{index},"leaf":{dump(entry)},"leaf_hash":"{leaf.hex()}"}}\n':
                raise Bad("The entry is not what its hash or chain value says.", index)
            leaves += leaf
        elif last or not (last := LAST.fullmatch(text)):  # nothing may stand behind the last line
            raise Bad("An entry is missing here, or something stands behind the last line.", index)
    size, note = len(leaves) // 32, json.loads(last[1]) if last else None
    if text != dump({"chain": chain.hex(), "checkpoint": note, "size": size}) + "\n":
        raise Bad("The last line is missing, or tells of more.", min(size, int(last[2])) if last else size)
    own = [open_checkpoint(note or "", key)] if key or note is not None else []
    for at in sorted([*kept, *own], key=lambda one: one.size):
        if at.size > size or root_hash(bytes(leaves[: 32 * at.size])) != at.root:
            raise Bad(f"Not the {at.size} entries of a checkpoint. Is it newer?", size if at.size > size else agreed)
        agreed = at.size
    return Result(size, chain, root_hash(bytes(leaves)), own[0] if own else None)


def _report(given: argparse.Namespace) -> str:
    key = given.key and parse_key(Path(given.key).read_text().strip() if Path(given.key).is_file() else given.key)
    lines = sys.stdin.buffer if given.file == "-" else Path(given.file).open("rb")  # noqa: SIM115
    if given.what == "export":
        kept = [open_checkpoint(Path(one).read_text("utf-8-sig").strip() + "\n", key) for one in given.kept]
        size, _, _, at = check_export(lines, key=key, kept=kept)
        said = f"{size} entries are good, {size - (at.size if at else 0)} under no checkpoint; {len(kept)} kept agree."
    else:
        index, entry, at = check_proof(lines.read().decode(), key)
        said = f"Entry {index} is in the log: at {entry['at']}, {entry['action']}, subject {entry['subject']}."
    if at:
        names = ", ".join(name for name, blob in at.signatures if not key or (name, blob[:4]) != (key.name, key.id))
        said += f"\nUnder checkpoint of size {at.size} of log {at.origin!a}. Not checked: {names or None!a}."
    return said if key else f"{said}\nNO SIGNATURE WAS CHECKED: give the log's key with --key."


def main() -> None:
    """Do what the command line says; ends with exit code 1 and a sentence when something is not good."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["export", "proof"])
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--kept", nargs="+", default=[])
    try:
        sys.stdout.write(_report(parser.parse_args()) + "\n")
    except (Bad, OSError, ValueError) as error:
        sys.exit(f"NOT GOOD. {error}")


if __name__ == "__main__":
    main()
