"""What goes out of the house: the newest checkpoint to witnesses, and to auditors by mail. None of it stops a round."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from audit.copies import reading, writing
from audit.keeper import mailing, witnesses
from audit.keeper.last_signed import Memory, remember
from audit.keeper.witnesses import Witness
from audit.proofs import notes
from audit.standalone.verify_log import Bad

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    """When each witness cosigned the newest checkpoint (POSIX seconds), and which did not, as in Statement."""

    witnesses: Mapping[str, int] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    objecting: tuple[str, ...] = ()


def send(memory: Memory, *, now: datetime) -> tuple[Memory, Outside]:
    """Get cosignatures, publish them, and mail what is due; what is remembered then. It raises nothing."""
    named, note = witnesses.configured(), ""
    asked = witnesses.Asked(note, memory.witnesses, silent=tuple(one.key.name for one in named))
    try:
        note = _note(memory, named)
        if note:
            asked = witnesses.ask(note, named, memory.witnesses)
            note = asked.note
            if note != _there():
                writing.publish(reading.CHECKPOINT, note)
            if asked.sizes != memory.witnesses:
                memory = replace(memory, witnesses=asked.sizes)
                remember(memory)
    except Exception:  # a signed statement about the log matters more than anything that may go wrong here
        logger.exception("The witnesses could not be asked.")
    try:
        memory = mailing.mail_when_due(memory, note, now=now)
    except Exception:  # as above
        logger.exception("The checkpoint could not be mailed.")
    outside = _known(note, named)
    silent = tuple(name for name in asked.silent if note and name not in outside.witnesses)
    return memory, replace(outside, silent=silent, objecting=asked.objecting)


def known(memory: Memory) -> Outside:
    """What witnesses said of the newest checkpoint before, without asking anybody."""
    named = witnesses.configured()
    return _known(_note(memory, named), named)


def _known(note: str, named: list[Witness]) -> Outside:
    try:
        found = witnesses.cosigned(note, named) if note else {}
    except Bad:
        found = {}
    return Outside({name: cosignature.at for name, cosignature in found.items()})


def _note(memory: Memory, named: list[Witness]) -> str:
    """The checkpoint signed last, with what stands under the published one and is a cosignature by one of ours.

    "" before the first. Anything else that somebody put there goes no further.
    """
    there = _there()
    if not memory.note or there is None:
        return memory.note
    try:
        found = witnesses.cosigned(there, named)
        if notes.parse_checkpoint(there).text != notes.parse_checkpoint(memory.note).text:
            return memory.note
        return notes.with_signatures(memory.note, [cosignature.line for cosignature in found.values()])
    except Bad:
        return memory.note


def _there() -> str | None:
    try:
        return reading.checkpoint()
    except Bad:
        return None
