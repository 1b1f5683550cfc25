"""Signing: a checkpoint only when it is proved to go on from the last one, remembered before anybody can see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.copies.reading import log_vkey
from audit.keeper import log_key
from audit.keeper.last_signed import Memory, remember
from audit.keeper.log_key import KeyDoesNotFit
from audit.proofs import notes
from audit.proofs.chain import START, End
from audit.proofs.consistency import check_consistency
from audit.proofs.tree import EMPTY_ROOT
from audit.standalone.verify_log import Bad, Key, open_checkpoint, parse_key


class LogNotConsistent(RuntimeError):
    """The head that should be signed does not go on from the one that was signed last."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed last: how many entries, the chain value there, and the root hash."""

    end: End
    root: bytes


class Signer:
    """The log's key with its name; raises KeyDoesNotFit when it is not the one that everybody checks with."""

    def __init__(self) -> None:
        self._private: Ed25519PrivateKey = log_key.private_key()
        self.key: Key = parse_key(log_vkey())
        if self.key.public != self._private.public_key().public_bytes_raw():
            raise KeyDoesNotFit("The signing key is not the one that checkpoints are checked with.")

    def last(self, memory: Memory) -> Signed:
        """What was signed last, or the empty log; raises Bad when what is remembered was not signed by this key."""
        if not memory.note:
            return Signed(End(0, START), EMPTY_ROOT)
        checkpoint = open_checkpoint(memory.note, self.key)
        return Signed(End(checkpoint.size, bytes.fromhex(memory.chain)), checkpoint.root)

    def sign_checkpoint(
        self, memory: Memory, *, end: End, root: bytes, proof: Sequence[bytes], now: datetime
    ) -> Memory:
        """Sign a larger head and remember it, durably; returns the new memory. One of the same size stays as signed.

        `proof` is the consistency proof (RFC 9162, 2.1.4) from the size signed last. Raises LogNotConsistent.
        """
        last = self.last(memory)
        try:
            check_consistency(old_size=last.end.size, old_root=last.root, size=end.size, root=root, proof=proof)
        except Bad as error:
            raise LogNotConsistent(
                f"A log of {end.size} entries does not go on from the {last.end.size} signed before: {error}"
            ) from error
        if end.size == last.end.size:
            return memory
        note = notes.sign(notes.checkpoint_text(self.key.name, end.size, root), self.key.name, self._private)
        signed = replace(memory, note=note, chain=end.chain.hex(), signed_at=int(now.timestamp()))
        remember(signed)
        return signed

    def sign_text(self, text: str) -> str:
        """A signed note of any other text: never one that could be taken for a checkpoint."""
        if text.split("\n", 1)[0] == self.key.name:
            raise ValueError("Checkpoints are signed by sign_checkpoint alone.")
        return notes.sign(text, self.key.name, self._private)
