"""The root of the log's tree at a size of long ago, from the entries themselves."""

from typing import Final

from audit.models import Event
from audit.proofs.tree import Tree

AT_ONCE: Final = 5000


def root_at(size: int, *, using: str = "default") -> bytes:
    """The root hash (RFC 9162, 2.1.1; 32 bytes) of the first `size` entries; one pass over their hashes.

    Whoever has it checks with any later checkpoint that nothing before it was changed. Raises LookupError when the log
    has fewer entries.
    """
    tree = Tree()
    hashes = Event.objects.using(using).filter(index__lt=size).order_by("index").values_list("leaf_hash", flat=True)
    for one in hashes.iterator(chunk_size=AT_ONCE):
        tree.append(bytes(one))
    if tree.size != size:
        raise LookupError(f"the log has {tree.size} entries, not {size}")
    return tree.root()
