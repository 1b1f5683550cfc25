"""The key that signs the log, in a folder of its own, and the file with the key that everybody checks with.

The name in that file is the log's origin. It is fixed when the key is made, whatever the site's address is later.
"""

import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from audit.copies import reading, whole_files
from audit.keeper import last_signed
from audit.proofs.notes import vkey

KEY_BYTES: Final = 32
KEY: Final = "log.key"
# What the settings say where MPM_LOG_KEYS is not set; a process that may would otherwise make the folder.
NOT_GIVEN: Final = Path("/nonexistent")
READABLE_BY_ALL: Final = 0o644
FOR_OTHERS: Final = 0o077


class KeyDoesNotFit(RuntimeError):
    """The signing key is missing, damaged, open to others, or does not belong to the key that everybody checks with."""


def private_key() -> Ed25519PrivateKey:
    """The key that signs; only the log worker is given it. Raises KeyDoesNotFit, also when others could read it."""
    try:
        for path in (_key_file().parent, _key_file()):
            if path.stat().st_mode & FOR_OTHERS:
                raise KeyDoesNotFit(f"{path} is open to other users, and nothing is signed. Run: chmod go-rwx {path}")
        value = _key_file().read_bytes()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise KeyDoesNotFit(f"This process was not given the log's signing key ({_key_file()}).") from None
    if len(value) != KEY_BYTES:
        raise KeyDoesNotFit(f"{_key_file()} is not {KEY_BYTES} bytes long.")
    return Ed25519PrivateKey.from_private_bytes(value)


def make_missing() -> list[Path]:
    """Make the signing key and the file to check with, where they are missing; the files made. Nothing is replaced.

    Raises KeyDoesNotFit when the file to check with is there and the signing key is not, or is another.
    """
    key, verifier = _key_file(), Path(settings.LOG_VERIFIER)
    if key.parent == NOT_GIVEN:
        raise KeyDoesNotFit("MPM_LOG_KEYS is not set: it names the folder for the log's signing key.")
    made = []
    if not key.exists():
        if verifier.exists():
            raise KeyDoesNotFit(
                f"{verifier} is there and {key} is not. Bring the signing key back from where it was kept: a log goes "
                "on under the key that it began with."
            )
        if _was_used():
            raise KeyDoesNotFit(
                f"{key} is gone, and a log was signed with it: what was signed is still there. Bring the key back from "
                "where it was kept; docs/operate/incidents.md says what is left when it is lost for good."
            )
        # A key that was used has a memory beside it; one without a memory signs nothing.
        last_signed.begin()
        whole_files.create(key, secrets.token_bytes(KEY_BYTES))
        made.append(key)
    public = private_key().public_key()
    if not verifier.exists():
        whole_files.create(verifier, f"{vkey(_origin(), public)}\n".encode(), mode=READABLE_BY_ALL)
        made.append(verifier)
    name = verifier.read_text().partition("+")[0]
    if verifier.read_text().strip() != vkey(name, public):
        raise KeyDoesNotFit(f"{verifier} does not belong to the signing key in {key}.")
    return made


def _was_used() -> bool:
    """Whether something was signed before, by what is remembered beside the key or by what was published."""
    try:
        return bool(last_signed.recall().note) or reading.checkpoint() is not None
    except last_signed.MemoryLost:
        return reading.checkpoint() is not None
    except reading.CopiesDamaged:
        return True


def _origin() -> str:
    return f"{urlsplit(settings.SITE_URL).netloc}/log"


def _key_file() -> Path:
    return Path(settings.LOG_KEYS) / KEY
