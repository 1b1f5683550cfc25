"""When what was signed last was lost: taking a checkpoint that was published in its place, on an operator's word."""

from audit import queries
from audit.copies import reading
from audit.copies.reading import CopiesDamaged, log_key
from audit.keeper.last_signed import Memory, MemoryLost, alone, recall, remember
from audit.keeper.log_key import private_key
from audit.standalone.verify_log import Bad, Checkpoint, Key, open_checkpoint


class NotAdopted(RuntimeError):
    """The checkpoint cannot be what was signed last; the message says why."""


def adopt(*, kept: str | None) -> int:
    """Remember the later of two checkpoints as the last one signed: the published one, and one that an auditor holds.

    `kept` is the auditor's, from which the published one must go on; None when nobody holds any. The copies, or else
    the database, must lead to what is adopted. Returns its size. Raises NotAdopted, and KeyDoesNotFit in a process
    that was not given the signing key.
    """
    private_key()
    key = log_key()
    try:
        note = _newest(kept, key)
        checkpoint = open_checkpoint(note, key)
        with alone():
            known = _known()
            if known and open_checkpoint(known.note, key).size > checkpoint.size:
                raise NotAdopted("A later checkpoint is remembered. There is nothing to adopt.")
            remember(Memory(note=note, chain=_chain(checkpoint).hex(), signed_at=known.signed_at if known else 0))
    except Bad as error:
        raise NotAdopted(f"This is not a checkpoint of this log: {error}") from error
    return checkpoint.size


def _newest(kept: str | None, key: Key) -> str:
    try:
        there = reading.checkpoint()
        new = None if there is None else open_checkpoint(there, key)
    except Bad:
        there = new = None
    if kept is None:
        if there is None:
            raise NotAdopted("No checkpoint that could be adopted is published.")
        return there
    old = open_checkpoint(kept, key)
    if there is None or new is None or new.size < old.size:
        return kept
    try:
        reading.check_goes_on(old, new)
    except Bad as error:
        raise NotAdopted(f"The published checkpoint does not go on from the one that was kept: {error}") from error
    return there


def _known() -> Memory | None:
    try:
        memory = recall()
    except MemoryLost:
        return None
    return memory if memory.note else None


def _chain(checkpoint: Checkpoint) -> bytes:
    try:
        root, end = reading.recomputed(reading.entries(checkpoint.size))
    except CopiesDamaged:
        rows = queries.Selection().rows(until=checkpoint.size)
        root, end = reading.recomputed(row.leaf.encode() for row in rows)
    if (root, end.size) != (checkpoint.root, checkpoint.size):
        raise NotAdopted("Neither the copies nor the database lead to this checkpoint. Run restore_log first.")
    return end.chain
