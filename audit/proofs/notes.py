"""Making signed notes, verifier keys and checkpoints (C2SP signed-note, tlog-checkpoint), and reading cosignatures.

What an auditor needs for reading them stands in verify_log, which has to stay one short file.
"""

import re
import time
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.standalone.verify_log import Bad, Checkpoint, Key, open_checkpoint, read_note

NOTE = 1
COSIGNATURE = 4
# By how much a witness's clock may be ahead of ours.
AHEAD_SECONDS = 86_400
NAME = re.compile(r"[^\s+\x00-\x1f]+")


class NotANote(ValueError):
    """The text or the name cannot stand in a signed note."""


def key_id(name: str, public: Ed25519PublicKey, kind: int = NOTE) -> bytes:
    """The four bytes by which a note refers to a key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public.public_bytes_raw()).digest()[:4]


def vkey(name: str, public: Ed25519PublicKey, kind: int = NOTE) -> str:
    """The key as text: name, id and key; kind 1 signs notes, kind 4 cosigns. Raises NotANote for the name."""
    if not NAME.fullmatch(name):
        raise NotANote("A key's name holds no spaces and no plus sign.")
    encoded = b64encode(bytes([kind]) + public.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, public, kind).hex()}+{encoded}"


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The signed note of this text, which ends with a newline. Raises NotANote for what no note may hold."""
    if not text.endswith("\n") or not NAME.fullmatch(name):
        raise NotANote("A note's text ends with a newline, and a key's name holds no spaces and no plus sign.")
    blob = key_id(name, private.public_key()) + private.sign(text.encode())
    note = f"{text}\n{signature_line(name, blob)}\n"
    read_note(note, None)
    return note


def signature_line(name: str, blob: bytes) -> str:
    """One signature as a line, without its newline: the blob is the key's id followed by the signature."""
    return f"— {name} {b64encode(blob).decode()}"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """What a checkpoint signs: the log's name, how many entries it has and their root hash."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def with_signatures(note: str, lines: Sequence[str]) -> str:
    """The note with these signature lines behind its own, each once. Raises Bad when one of them is malformed."""
    read_note(note, None)
    there = note.rpartition("\n\n")[2].split("\n")
    added = dict.fromkeys(line.removesuffix("\n") for line in lines)
    for line in added:
        if "\n" in line:
            raise Bad("A signature is one line.")
        read_note(f"-\n\n{line}\n", None)
    return note + "".join(f"{line}\n" for line in added if line not in there)


def open_note(note: str, key: Key) -> str:
    """The text of a note that this key signed (kind 1); signatures of others are passed over. Raises Bad."""
    return read_note(note, key)[0]


def parse_checkpoint(note: str) -> Checkpoint:
    """A checkpoint of which no signature was verified. Raises Bad when it is malformed."""
    return open_checkpoint(note, None)


def cosigned_at(checkpoint: Checkpoint, key: Key) -> int | None:
    """When this witness cosigned the checkpoint (C2SP tlog-cosignature, Ed25519), in POSIX seconds; None: it did not.

    Raises Bad when there is a signature under the witness's name and id that is not its own, or that says a time more
    than a day from now.
    """
    moment = None
    for name, blob in checkpoint.signatures:
        if (name, blob[:4], COSIGNATURE) == (key.name, key.id, key.kind):
            moment = int.from_bytes(blob[4:12], "big")
            message = f"cosignature/v1\ntime {moment}\n{checkpoint.text}".encode()
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(blob[12:], message)
            except InvalidSignature as error:
                raise Bad(f"The cosignature by {key.name} is wrong.") from error
            if moment > time.time() + AHEAD_SECONDS:
                raise Bad(f"The cosignature by {key.name} is from the future.")
    return moment
