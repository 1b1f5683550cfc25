"""Asking witnesses to cosign a checkpoint (C2SP tlog-witness, add-checkpoint). None can stop its publication."""

import base64
import http.client
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import urlsplit

from django.conf import settings

from audit.copies import reading
from audit.proofs import notes, tree
from audit.proofs.notes import cosigned_at, parse_checkpoint
from audit.standalone.verify_log import Bad, Checkpoint, Key, parse_key

SECONDS_EACH: Final = 5.0
SECONDS_IN_ALL: Final = 15.0
MOST_BYTES: Final = 16_384
CONFLICT: Final = 409
LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
logger = logging.getLogger(__name__)


class WitnessSilent(RuntimeError):
    """A witness did not cosign; the message says why."""


class _Conflict(Exception):
    """The witness knows another size as the last one."""

    def __init__(self, size: int) -> None:
        super().__init__(str(size))
        self.size = size


@dataclass(frozen=True, slots=True)
class Witness:
    """The key that a witness cosigns with, and the address in front of /add-checkpoint."""

    key: Key
    address: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The note with every cosignature that was got; sizes last cosigned, by name; names of those that did not."""

    note: str
    sizes: Mapping[str, int]
    silent: tuple[str, ...] = ()


class _Stay(urllib.request.HTTPRedirectHandler):
    """A witness that sends us elsewhere is not the one that was named."""

    def redirect_request(self, *_args: object) -> None:
        return None


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


def cosigned(note: str, witnesses: Sequence[Witness]) -> dict[str, int]:
    """When each of these witnesses cosigned this note (POSIX seconds), by name; wrong cosignatures count as none."""
    checkpoint = parse_checkpoint(note)
    found = {}
    for witness in witnesses:
        try:
            moment = cosigned_at(checkpoint, witness.key)
        except Bad:
            continue
        if moment is not None:
            found[witness.key.name] = moment
    return found


def ask(note: str, witnesses: Sequence[Witness], sizes: Mapping[str, int]) -> Asked:
    """Ask those whose cosignature the note lacks, side by side; at most about 15 seconds in all.

    `sizes` are the sizes that each cosigned last, as far as known.
    """
    there = cosigned(note, witnesses)
    lacking = [witness for witness in witnesses if witness.key.name not in there]
    if not lacking:
        return Asked(note, sizes)
    checkpoint = parse_checkpoint(note)
    pool = ThreadPoolExecutor(len(lacking), thread_name_prefix="witness")
    asked = {pool.submit(_ask, one, note, checkpoint, sizes.get(one.key.name, 0)): one.key.name for one in lacking}
    done, _late = wait(asked, timeout=SECONDS_IN_ALL)
    pool.shutdown(wait=False, cancel_futures=True)
    lines, known, silent = [], dict(sizes), []
    for future, name in asked.items():
        try:
            if future not in done:
                raise WitnessSilent("it took too long")
            lines.append(future.result())
            known[name] = checkpoint.size
        except WitnessSilent as reason:
            logger.warning("Witness %s did not cosign: %s.", name, reason)
            silent.append(name)
    return Asked(notes.with_signatures(note, lines) if lines else note, known, tuple(silent))


def _ask(witness: Witness, note: str, checkpoint: Checkpoint, old: int) -> str:
    """The witness's signature line, verified; raises WitnessSilent."""
    try:
        try:
            answer = _post(witness, note, checkpoint, old)
        except _Conflict as conflict:
            if conflict.size > checkpoint.size:
                raise WitnessSilent(f"it knows a later checkpoint, of {conflict.size} entries") from conflict
            answer = _post(witness, note, checkpoint, conflict.size)
        return _good_line(witness, note, answer)
    except (_Conflict, urllib.error.URLError, OSError, http.client.HTTPException, ValueError, Bad) as error:
        raise WitnessSilent(f"{type(error).__name__} {error}".strip()) from error


def _post(witness: Witness, note: str, checkpoint: Checkpoint, old: int) -> str:
    proof = tree.consistency(reading.read, old, checkpoint.size) if 0 < old < checkpoint.size else []
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note]
    request = urllib.request.Request(  # noqa: S310 -- configured() lets https and the loopback through, nothing else
        f"{witness.address}/add-checkpoint", "\n".join(lines).encode(), {"Content-Type": "text/plain; charset=utf-8"}
    )
    loopback = urlsplit(witness.address).hostname in LOOPBACK
    opener = urllib.request.build_opener(_Stay, *([urllib.request.ProxyHandler({})] if loopback else []))
    until = time.monotonic() + SECONDS_EACH
    try:
        with opener.open(request, timeout=SECONDS_EACH) as response:
            return _read(response, until)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == CONFLICT:
                raise _Conflict(_size(_read(error, until))) from error
            raise


def _read(response: IO[bytes], until: float) -> str:
    """What a witness answers, unless it is too long or comes too slowly."""
    found = b""
    while part := response.read1(1024) if hasattr(response, "read1") else response.read(1024):
        found += part
        if len(found) > MOST_BYTES:
            raise WitnessSilent("its answer is too long")
        if time.monotonic() > until:
            raise WitnessSilent("its answer came too slowly")
    return found.decode()


def _size(text: str) -> int:
    number = text.removesuffix("\n")
    if not number.isdecimal() or number != str(int(number)):
        raise WitnessSilent("it says no size that could be read")
    return int(number)


def _good_line(witness: Witness, note: str, answer: str) -> str:
    """The one line of the answer that is a good cosignature by this witness; others are ignored."""
    for line in answer.splitlines():
        try:
            if cosigned_at(parse_checkpoint(notes.with_signatures(note, [line])), witness.key) is not None:
                return line
        except Bad:
            continue
    raise WitnessSilent("its answer holds no good cosignature of its own")
