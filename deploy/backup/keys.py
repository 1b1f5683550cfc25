"""The second place of keyring and key copy: what they are now, and nothing of what they were.

An old epoch's key opens what was erased since, in every backup. So nothing is collected here: files are replaced, and
what is gone from the keyring is overwritten and removed in the second place, too, at once.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deploy.backup import owners
from deploy.backup.refusals import NotBackedUp
from mpm_site import env

KEYRING, KEY_COPY = "keyring", "key-copy"
# In the keyring: no key, but what rotations wait for.
_LOCK: Final = "lock"
_COPY: Final = "keys.copy"


def replicate(place: Path) -> None:
    """Make the second place what MPM_KEYRING and MPM_KEY_COPY are now. It may run at any time and end at any point.

    A rotation waits for it, and it for a rotation, so that key and copy are of one epoch. New files come first and old
    ones go last: at no moment can the place not open what the first one can. The place's file system must know hard
    links. Raises NotBackedUp, OSError (owners.AnothersFolder when run as root).
    """
    keyring, key_copy = env.folder("MPM_KEYRING"), env.folder("MPM_KEY_COPY")
    _check(place, keyring, key_copy)
    owners.check(keyring, place)
    with _standing_still(keyring):
        _bring(keyring, place / KEYRING)
        _bring(key_copy, place / KEY_COPY)
        _destroy_rest(keyring, place / KEYRING)
        _destroy_rest(key_copy, place / KEY_COPY)


def _check(place: Path, *sources: Path) -> None:
    for source in sources:
        if not source.is_dir() or not any(_files(source)):
            raise NotBackedUp(f"{source} is not there or is empty: the second place stays as it is.")
        if place.resolve().is_relative_to(source.resolve()) or source.resolve().is_relative_to(place.resolve()):
            raise NotBackedUp(f"{place} and {source} are one place.")
    if not place.is_dir():
        raise NotBackedUp(f"{place} is not there. Is the other disk or machine mounted?")


@contextlib.contextmanager
def _standing_still(keyring: Path) -> Iterator[None]:
    """While no rotation is under way: the lock of vault.keyring.exclusive, which ends with the process."""
    descriptor = os.open(keyring / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _files(folder: Path) -> Iterator[Path]:
    """Its keys or its copy; not the lock, and nothing half-written."""
    yield from (path for path in folder.iterdir() if not path.name.startswith(".") and _is_kept(path.name))


def _is_kept(name: str) -> bool:
    return name == _COPY or name.endswith((".key", ".pub"))


def _bring(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700, exist_ok=True)
    for path in _files(source):
        value, old = path.read_bytes(), target / path.name
        if old.exists() and old.read_bytes() == value:
            continue
        half = target / f".{path.name}.{secrets.token_hex(4)}"
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        # The old one keeps a name until it is overwritten: replacing it alone leaves its bytes on the disk.
        if old.exists():
            os.link(old, target / f"{half.name}.old")
        half.replace(old)
    _sync(target)


def _destroy_rest(source: Path, target: Path) -> None:
    """Overwrite and remove whatever the first place does not hold: old epochs, old copies, halves of an ended run."""
    living = {path.name for path in _files(source)}
    used = {path.stat().st_ino for path in target.iterdir() if path.name in living}
    for path in [path for path in target.iterdir() if path.name not in living]:
        if path.is_dir():
            raise NotBackedUp(f"{path} is a folder: what lies there is not ours, and may be history. Look at it.")
        # A run that ended between a link and its replacing left a second name of what lives.
        if path.stat().st_ino not in used:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(max(1, path.stat().st_size)))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()
    _sync(target)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
