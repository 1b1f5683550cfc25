"""Makes the mail worker's pair of keys in its own folder: `python -m deploy.mail_keys FOLDER`, before `make_keys`.

The private half lies nowhere else, not for a moment. The public one goes into MPM_KEYRING too, where addresses are
sealed. A private one that lies there from before is taken over, overwritten and removed. Run again, it changes nothing.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from nacl.public import PrivateKey

from mpm_site import env

PRIVATE: Final = "mail.key"
PUBLIC: Final = "mail.pub"


def main() -> int:
    """Make what is missing; 1 when the private half is nowhere, 2 without a folder."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m deploy.mail_keys FOLDER\n")
        return 2
    folder, keyring = Path(sys.argv[1]), env.folder("MPM_KEYRING")
    left = keyring / PRIVATE
    if not (folder / PRIVATE).exists():
        if (keyring / PUBLIC).exists() and not left.exists():
            sys.stderr.write(f"{keyring / PUBLIC} is there and its private half is not: nothing was made.\n")
            return 1
        _write(folder / PRIVATE, left.read_bytes() if left.exists() else bytes(PrivateKey.generate()))
    public = bytes(PrivateKey((folder / PRIVATE).read_bytes()).public_key)
    for place in (folder, keyring):
        if not (place / PUBLIC).exists():
            _write(place / PUBLIC, public)
    if left.exists():
        _destroy(left)
    return 0


def _write(path: Path, value: bytes) -> None:
    """A file of whoever has its folder; never half a key under its name."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    owner = path.parent.stat()
    os.chown(half, owner.st_uid, owner.st_gid)
    half.rename(path)
    _sync(path.parent)


def _destroy(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ImproperlyConfigured, OSError) as fault:
        # Its words name a setting or a file, never what is in it.
        sys.exit(str(fault))
