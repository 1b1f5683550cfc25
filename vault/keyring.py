"""The folder of keys, outside every database and every database backup. A process sees only the files it is given.

Keys are read from the folder each time and never kept: an epoch that is destroyed is gone from every process at once.
"""

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from nacl.public import PrivateKey, PublicKey

KEY_BYTES: Final = 32
MAIL, MAIL_PUBLIC = "mail.key", "mail.pub"
RELEASE, RELEASE_PUBLIC = "release-signing.key", "release-signing.pub"
BLIND_INDEX, DIGESTS = "blind-index.key", "digests.key"
_EPOCH = re.compile(r"epoch-([1-9]\d*)\.key")


class KeyMissing(LookupError):
    """This process was not given the key, or the key was destroyed."""


class AnothersKeyring(PermissionError):
    """Root was about to make keys that the site's own user could not read; the message says whose the folder is."""


def secret(name: str) -> bytes:
    """The 32 bytes of the key file `name`; raises KeyMissing."""
    try:
        value = (_folder() / name).read_bytes()
    except (FileNotFoundError, PermissionError):
        raise KeyMissing(name) from None
    if len(value) != KEY_BYTES:
        raise KeyMissing(f"{name} is not {KEY_BYTES} bytes long")
    return value


def epochs() -> list[int]:
    """Numbers of the epochs that can still open something, oldest first."""
    try:
        names = [path.name for path in _folder().iterdir()]
    except FileNotFoundError:
        return []
    return sorted(int(match[1]) for name in names if (match := _EPOCH.fullmatch(name)))


def epoch_key(number: int) -> bytes:
    """The key of one epoch; raises KeyMissing."""
    return secret(_epoch_name(number))


def current_epoch() -> int:
    """The epoch under which new keys are wrapped; raises KeyMissing before there is any."""
    if numbers := epochs():
        return numbers[-1]
    raise KeyMissing("no epoch")


def is_open(number: int) -> bool:
    """Whether this process reads the epoch's key, and the folder's owner can: root reads what is closed to all."""
    try:
        epoch_key(number)
        return (_folder() / _epoch_name(number)).stat().st_uid == _folder().stat().st_uid
    except (KeyMissing, FileNotFoundError):
        return False


def create_epoch(after: int = 0) -> int:
    """Make the next epoch, numbered above `after` and above every other, durable before it is used; its number."""
    number = max([after, *epochs()]) + 1
    _create(_epoch_name(number), secrets.token_bytes(KEY_BYTES))
    return number


def destroy_epoch(number: int) -> None:
    """Overwrite, remove and make the removal durable. What only this epoch wrapped is unreadable from now on."""
    path = _folder() / _epoch_name(number)
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    fsync_folder(_folder())


def mail_private_key() -> PrivateKey:
    """Opens what was sealed for the mail worker; only that process is given it. Raises KeyMissing."""
    return PrivateKey(secret(MAIL))


def mail_public_key() -> PublicKey:
    """Seals for the mail worker; raises KeyMissing."""
    return PublicKey(secret(MAIL_PUBLIC))


def release_private_key() -> Ed25519PrivateKey:
    """Signs releases and notices; raises KeyMissing."""
    return Ed25519PrivateKey.from_private_bytes(secret(RELEASE))


def release_public_key() -> Ed25519PublicKey:
    """Verifies releases and notices; raises KeyMissing."""
    return Ed25519PublicKey.from_public_bytes(secret(RELEASE_PUBLIC))


def make_missing() -> list[str]:
    """Make the folder, every key that is not there and the first epoch; names of the files made.

    Where the mail worker's public key is there and its private one is not, that one lies with the mail worker. Raises
    AnothersKeyring.
    """
    _check_owner()
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    _folder().chmod(0o700)
    here = [BLIND_INDEX, DIGESTS, RELEASE] + ([] if (_folder() / MAIL_PUBLIC).exists() else [MAIL])
    made = [name for name in here if _create_secret(name)]
    if not (_folder() / MAIL_PUBLIC).exists():
        _create(MAIL_PUBLIC, mail_private_key().public_key.encode())
        made.append(MAIL_PUBLIC)
    if not (_folder() / RELEASE_PUBLIC).exists():
        _create(RELEASE_PUBLIC, release_private_key().public_key().public_bytes_raw())
        made.append(RELEASE_PUBLIC)
    if not epochs():
        made.append(_epoch_name(create_epoch()))
    return made


@contextlib.contextmanager
def exclusive() -> Iterator[None]:
    """One rotation at a time over all processes that share the folder; the lock ends with the process.

    Raises AnothersKeyring: keys that root made in the site's folder would be closed to the site.
    """
    _check_owner()
    descriptor = os.open(_folder() / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def fsync_folder(folder: Path) -> None:
    """Make creations, renames and removals in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folder() -> Path:
    return Path(settings.KEYRING)


def _check_owner() -> None:
    """Every other user is stopped by the folder's own rights."""
    owner = _folder().stat().st_uid if _folder().exists() else 0
    if owner and not os.geteuid():
        raise AnothersKeyring(
            f"{_folder()} is not root's but user {owner}'s: run this as that user, who reads the keys."
        )


def _epoch_name(number: int) -> str:
    return f"epoch-{number}.key"


def _create_secret(name: str) -> bool:
    if (_folder() / name).exists():
        return False
    _create(name, secrets.token_bytes(KEY_BYTES))
    return True


def _create(name: str, value: bytes) -> None:
    """Write a key file that never exists half-written; raises FileExistsError rather than replace one."""
    half = _folder() / f".{name}.{secrets.token_hex(4)}"
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with FileIO(descriptor, "wb") as file:
            file.write(value)
            os.fsync(file.fileno())
        os.link(half, _folder() / name)
    finally:
        half.unlink()
    fsync_folder(_folder())
