"""What the log's keeper remembers, beside its key and outside every database: what it signed last, before all else.

A keeper that forgot could be shown another history and sign it, and the log would have two heads.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from audit.copies import whole_files

LAST, LOCK = "last.json", "lock"


class MemoryLost(RuntimeError):
    """The file of what was signed last is gone or damaged. Nothing is signed until an operator says what it was."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What recomputing every entry found: when (POSIX seconds), entries good from the first on, the first bad one."""

    at: int
    size: int
    first_bad: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """note: the checkpoint signed last ("" before the first). chain: the chain value at its size, in hexadecimal.

    signed_at, tried_at: POSIX seconds of the checkpoint, and of the last attempt to mail one. witnesses: the size that
    each cosigned last, by its name. mailed: when an address got its last checkpoint, and of what size, by a digest of
    the address.
    """

    note: str = ""
    chain: str = ""
    signed_at: int = 0
    witnesses: Mapping[str, int] = field(default_factory=dict)
    verified: Verified | None = None
    mailed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tried_at: int = 0


def begin() -> bool:
    """Write down that nothing was signed yet, unless something is there already; whether it was written."""
    try:
        whole_files.create(_file(), _text(Memory()))
    except FileExistsError:
        return False
    return True


def recall() -> Memory:
    """What is remembered, without what a clock that was ahead wrote; raises MemoryLost."""
    try:
        fields: dict[str, Any] = json.loads(_file().read_bytes())
        verified = fields.pop("verified")
        # What an earlier version kept besides is left out; what was signed has to be there.
        kept = {name: value for name, value in fields.items() if name in Memory.__slots__}
        note, chain = kept.pop("note"), kept.pop("chain")
        memory = Memory(note, chain, **kept, verified=None if verified is None else Verified(**verified))
        return _without_future(memory, time.time())
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise MemoryLost(f"{_file()} does not say what was signed last.") from error


def remember(memory: Memory) -> None:
    """Replace what is remembered, durably; raises OSError."""
    whole_files.replace(_file(), _text(memory))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One keeper at a time over all processes that share the folder; the lock ends with the process."""
    descriptor = os.open(
        Path(settings.LOG_KEYS) / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, whole_files.PRIVATE_FILE
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _without_future(memory: Memory, now: float) -> Memory:
    """Nothing is put off because a clock was ahead: a look or an attempt in the future counts as none."""
    verified = memory.verified
    return replace(
        memory,
        mailed={who: (at if at <= now else 0, size) for who, (at, size) in memory.mailed.items()},
        tried_at=memory.tried_at if memory.tried_at <= now else 0,
        verified=verified if verified is None or verified.at <= now else None,
    )


def _text(memory: Memory) -> bytes:
    return json.dumps(asdict(memory), sort_keys=True).encode()


def _file() -> Path:
    return Path(settings.LOG_KEYS) / LAST
