"""Asking witnesses to cosign a checkpoint (C2SP tlog-witness, add-checkpoint). None can stop its publication."""

import base64
import logging
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from audit.copies import reading
from audit.keeper.calls import NotAnswered, answered
from audit.proofs import notes, tree
from audit.proofs.notes import cosigned_at, parse_checkpoint
from audit.standalone.verify_log import Bad, Checkpoint, Key, parse_key

SECONDS_EACH: Final = 5.0
MOST_BYTES: Final = 16_384
OK: Final = 200
CONFLICT: Final = 409
NOT_CONSISTENT: Final = 422
LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
logger = logging.getLogger(__name__)


class WitnessSilent(RuntimeError):
    """A witness did not cosign; the message says why."""


class WitnessObjects(RuntimeError):
    """A witness says that it cosigned a later checkpoint or another one: this one does not go on from what it saw."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The key that a witness cosigns with, and the address in front of /add-checkpoint."""

    key: Key
    address: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The note with every cosignature that was got; sizes last cosigned, by name; names of those that did not,
    and of those that know another history.
    """

    note: str
    sizes: Mapping[str, int]
    silent: tuple[str, ...] = ()
    objecting: tuple[str, ...] = ()


def configured() -> list[Witness]:
    """What settings.LOG_WITNESSES name. One that cannot be asked is an error in the site's log and stops nothing."""
    found = []
    for words in settings.LOG_WITNESSES:
        try:
            found.append(_named(*words))
        except (Bad, TypeError, ValueError) as error:
            logger.error("MPM_LOG_WITNESSES names what is no witness: %s", error)  # noqa: TRY400
    return found


def _named(vkey: str, address: str) -> Witness:
    key, parts = parse_key(vkey), urlsplit(address)
    if key.kind != notes.COSIGNATURE:
        raise ValueError(f"The key of {key.name} cosigns no checkpoints.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{key.name} is asked over https alone, not at {address}.")
    return Witness(key, address.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Cosignature:
    """When a witness cosigned (POSIX seconds), and the line that says so."""

    at: int
    line: str


def cosigned(note: str, witnesses: Sequence[Witness]) -> dict[str, Cosignature]:
    """What each of these witnesses cosigned this note with, by name; a wrong cosignature counts as none."""
    checkpoint = parse_checkpoint(note)
    found = {}
    for witness in witnesses:
        for name, blob in checkpoint.signatures:
            with suppress(Bad):
                at = cosigned_at(checkpoint._replace(signatures=((name, blob),)), witness.key)
                if at is not None:
                    found[witness.key.name] = Cosignature(at, notes.signature_line(name, blob))
    return found


def ask(note: str, witnesses: Sequence[Witness], sizes: Mapping[str, int]) -> Asked:
    """Ask those whose cosignature the note lacks, side by side; each has about ten seconds.

    `sizes` are the sizes that each cosigned last, as far as known.
    """
    there = cosigned(note, witnesses)
    lacking = [witness for witness in witnesses if witness.key.name not in there]
    if not lacking:
        return Asked(note, sizes)
    checkpoint = parse_checkpoint(note)
    with ThreadPoolExecutor(len(lacking), thread_name_prefix="witnesses") as pool:
        asked = {one.key.name: pool.submit(_ask, one, note, checkpoint, sizes.get(one.key.name, 0)) for one in lacking}
    lines, known, silent, objecting = [], dict(sizes), [], []
    for name, future in asked.items():
        try:
            lines.append(future.result())
            known[name] = checkpoint.size
        except WitnessSilent as reason:
            logger.warning("Witness %s did not cosign: %s.", name, reason)
            silent.append(name)
        except WitnessObjects as reason:
            logger.error("Witness %s objects: %s.", name, reason)  # noqa: TRY400 -- the sentence says all
            objecting.append(name)
    return Asked(notes.with_signatures(note, lines) if lines else note, known, tuple(silent), tuple(objecting))


def _ask(witness: Witness, note: str, checkpoint: Checkpoint, old: int) -> str:
    """The witness's signature line, verified; raises WitnessSilent and WitnessObjects."""
    try:
        status, answer = _post(witness, note, checkpoint, old)
        if status == CONFLICT:
            known = _size(answer)
            if known > checkpoint.size:
                raise WitnessObjects(f"it cosigned a later checkpoint, of {known} entries")
            status, answer = _post(witness, note, checkpoint, known)
        if status in {CONFLICT, NOT_CONSISTENT}:
            raise WitnessObjects("it cosigned a checkpoint that this one does not go on from")
        if status != OK:
            raise WitnessSilent(f"it answered {status}")
        return _good_line(witness, note, answer)
    except (NotAnswered, OSError, ValueError, Bad) as error:
        raise WitnessSilent(f"{type(error).__name__} {error}".strip()) from error


def _post(witness: Witness, note: str, checkpoint: Checkpoint, old: int) -> tuple[int, str]:
    proof = tree.consistency(reading.read, old, checkpoint.size) if 0 < old < checkpoint.size else []
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note]
    request = urllib.request.Request(  # noqa: S310 -- configured() lets https and the loopback through, nothing else
        f"{witness.address}/add-checkpoint", "\n".join(lines).encode(), {"Content-Type": "text/plain; charset=utf-8"}
    )
    status, answer = answered(request, limit=MOST_BYTES, seconds=SECONDS_EACH)
    return status, answer.decode()


def _size(text: str) -> int:
    number = text.removesuffix("\n")
    if not number.isdecimal() or number != str(int(number)):
        raise WitnessSilent("it says no size that could be read")
    return int(number)


def _good_line(witness: Witness, note: str, answer: str) -> str:
    """The one line of the answer that is a good cosignature by this witness; others are ignored."""
    for line in answer.splitlines():
        with suppress(Bad):
            if found := cosigned(notes.with_signatures(note, [line]), [witness]):
                return found[witness.key.name].line
    raise WitnessSilent("its answer holds no good cosignature of its own")
