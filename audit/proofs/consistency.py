"""That one tree is the start of another, checked by a proof (RFC 9162): what the signer and witnesses ask for."""

from collections.abc import Sequence
from typing import Final

from audit.proofs.tree import EMPTY_ROOT
from audit.standalone.verify_log import Bad, node_hash

HASH: Final = 32


def check_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise Bad unless the old tree is the start of the new one (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old_size <= size or any(len(one) != HASH for one in proof):
        raise Bad("The proof is not one for these two sizes.")
    if old_size in {0, size}:
        if proof or old_root != (EMPTY_ROOT if old_size == 0 else root) or (size == 0 and root != old_root):
            raise Bad(f"The log was forked: its {old_size} entries are not those that it had.")
        return
    at, last, rest = old_size - 1, size - 1, iter(proof)
    while at & 1:  # up to the full subtree where the old tree ends: there the way to both roots begins
        at, last = at >> 1, last >> 1
    old = new = next(rest, b"") if at else old_root  # a subtree at the left edge is the old root itself
    while last > 0:
        if at & 1 or at < last:
            beside = next(rest, b"")
            old = node_hash(beside, old) if at & 1 else old
            new = node_hash(beside, new) if at & 1 else node_hash(new, beside)
        at, last = at >> 1, last >> 1
    if (old, new) != (old_root, root) or next(rest, None) is not None:
        raise Bad(f"The log was rewritten: its first {old_size} entries are not those that it had.")
