"""The keeper's round: new entries copied off the database, read back, proved to go on from what was signed, signed.

Every step may be killed and the next round ends right: files are written again as they were, what was signed is
remembered before it is published, and what is remembered is published before anything else is signed.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from audit import queries
from audit.copies import reading, writing
from audit.copies.writing import CopyFailed
from audit.keeper import outward
from audit.keeper.full_check import look
from audit.keeper.last_signed import Memory, MemoryLost, alone, recall, remember
from audit.keeper.new_entries import Refused, copy
from audit.keeper.outward import Outside
from audit.keeper.signer import LogNotConsistent, Signed, Signer
from audit.keeper.tile_check import mend_tiles
from audit.proofs import statements, tree
from audit.proofs.chain import START, End
from audit.proofs.statements import Statement
from audit.standalone.verify_log import Bad

# A log that was found broken is looked at again after so long.
LOOK_AGAIN: Final = timedelta(minutes=5)
logger = logging.getLogger(__name__)


def keep(*, full: bool = False) -> Statement:
    """One round; what was said at its end. Raises KeyDoesNotFit when nothing can be signed at all.

    `full`: recompute every entry first, and read every copy again. It records no event.
    """
    signer = Signer()
    with alone():
        return _round(signer, _recalled(), now=timezone.now(), full=full)


def _recalled() -> Memory | None:
    try:
        return recall()
    except MemoryLost:
        return None


def _round(signer: Signer, recalled: Memory | None, *, now: datetime, full: bool = False) -> Statement:
    refusal: Refused | None = None
    memory = recalled or Memory()
    end = queries.end(using=queries.AUDITOR)
    try:
        if recalled is None:
            raise Refused("forgotten", "What was signed last is not known: see adopt_checkpoint --help.")
        last = _published(signer, memory)
        if full or _is_look_due(memory, now):
            memory = look(memory, last, now=now)
            remember(memory)
        memory = _advance(signer, memory, last, end, now=now, full=full)
    except (CopyFailed, Refused) as error:
        refusal = error if isinstance(error, Refused) else Refused("copies", str(error))
        logger.error("No checkpoint was signed (%s): %s", refusal.code, refusal)  # noqa: TRY400
    memory, outside = outward.send(memory, now=now) if refusal is None else (memory, outward.known(memory))
    statement = _statement(memory, end, refusal, outside, now=now)
    text = statements.written(statement, origin=signer.key.name)
    writing.publish(reading.STATEMENT, signer.sign_text(text))
    return statement


def _published(signer: Signer, memory: Memory) -> Signed:
    """What was signed last, published if it was not yet; raises Refused when more was published than is remembered."""
    try:
        last = signer.last(memory)
    except Bad as error:
        raise Refused("forgotten", f"What is remembered was not signed by this key: {error}") from error
    try:
        there = reading.published()
    except Bad:
        there = None
    if there is not None and there.size > last.end.size:
        raise Refused("forgotten", f"{there.size} entries were published; {last.end.size} are remembered as signed.")
    if there is not None and there.size == last.end.size and there.root != last.root:
        raise Refused("inconsistent", f"Two checkpoints of {there.size} entries differ.")
    if memory.note and (there is None or there.size < last.end.size):
        writing.publish(reading.CHECKPOINT, memory.note)
    return last


def _is_look_due(memory: Memory, now: datetime) -> bool:
    """A full look before the first hour is over, and soon after one that found a bad entry."""
    verified = memory.verified
    if verified is None:
        return True
    return verified.first_bad is not None and now - datetime.fromtimestamp(verified.at, UTC) >= LOOK_AGAIN


def _advance(signer: Signer, memory: Memory, last: Signed, end: End, *, now: datetime, full: bool) -> Memory:
    """Copy and sign what is new; what is remembered then. Raises Refused and CopyFailed."""
    if end.size < last.end.size:
        raise Refused("behind", f"{last.end.size} entries were signed and the database holds {end.size}: restore_log.")
    if end.size == last.end.size and end.chain != last.end.chain:
        raise Refused("inconsistent", f"The {end.size} entries are not those that were signed.")
    if memory.verified is not None and memory.verified.first_bad is not None:
        raise Refused("broken", f"Entry {memory.verified.first_bad} is bad.")
    _make_copies_whole(last, full=full)
    if end.size == last.end.size:
        return memory
    copy(last.end, end)
    try:
        root = tree.root(reading.read, end.size)
        proof = tree.consistency(reading.read, last.end.size, end.size)
        memory = signer.sign_checkpoint(memory, end=end, root=root, proof=proof, now=now)
    except (FileNotFoundError, ValueError) as error:
        raise Refused("copies", f"A tile cannot be read back: {error}") from error
    except LogNotConsistent as error:
        raise Refused("inconsistent", str(error)) from error
    writing.publish(reading.CHECKPOINT, memory.note)
    return memory


def _make_copies_whole(last: Signed, *, full: bool) -> None:
    """Write the copies again from the database when they are lost or altered; raises Refused and CopyFailed."""
    if _edge_leads_to(last) and (not full or mend_tiles(last)):
        return
    logger.error("The copies of the log are not those that were signed. They are written again from the database.")
    checked = queries.verify_stored(using=queries.AUDITOR, at_sizes=[last.end.size])
    if checked.first_bad is not None:
        raise Refused("broken", f"Entry {checked.first_bad} is bad.", checked.first_bad, checked.reason)
    if checked.roots.get(last.end.size) != last.root:
        raise Refused("inconsistent", "The entries in the database are not those that were signed.")
    copy(End(0, START), last.end)
    if not _edge_leads_to(last):
        raise Refused("copies", "The copies do not lead to the root hash that was signed.")


def _edge_leads_to(last: Signed) -> bool:
    try:
        return tree.root(reading.read, last.end.size) == last.root
    except (FileNotFoundError, ValueError, Bad):
        return False


def _statement(memory: Memory, end: End, refusal: Refused | None, outside: Outside, *, now: datetime) -> Statement:
    verified = memory.verified
    first_bad, reason = (verified.first_bad, verified.reason) if verified else (None, "")
    if refusal is not None and refusal.first_bad is not None:
        first_bad, reason = refusal.first_bad, refusal.reason
    return Statement(
        looked_at=now,
        size=end.size,
        chain=end.chain.hex(),
        checkpoint_at=datetime.fromtimestamp(memory.signed_at, UTC) if memory.signed_at else None,
        verified_at=datetime.fromtimestamp(verified.at, UTC) if verified else None,
        verified_size=verified.size if verified else 0,
        first_bad=first_bad,
        reason=reason,
        refused=refusal.code if refusal else "",
        witnesses={name: datetime.fromtimestamp(at, UTC) for name, at in outside.witnesses.items()},
        silent=outside.silent,
        objecting=outside.objecting,
    )
