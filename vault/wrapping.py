"""Data keys wrapped under an epoch key: the only form in which a database ever holds one."""

import secrets
import uuid
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.sealing import Tampered

_NONCE: Final = 12


def wrap(data_key: bytes, *, epoch: int, epoch_key: bytes, key_id: uuid.UUID) -> bytes:
    """The data key under AES-256-GCM, bound to its row and epoch."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(epoch_key).encrypt(nonce, data_key, _bound(key_id, epoch))


def unwrap(wrapped: bytes, *, epoch: int, epoch_key: bytes, key_id: uuid.UUID) -> bytes:
    """The data key; raises Tampered when it was not wrapped so."""
    try:
        return AESGCM(epoch_key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound(key_id, epoch))
    except (InvalidTag, ValueError):
        raise Tampered("wrapped key") from None


def _bound(key_id: uuid.UUID, epoch: int) -> bytes:
    return key_id.bytes + epoch.to_bytes(8)
