"""The key that releases and notices are signed with, as people compare it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from releases.standalone.mpm_release import fingerprint
from vault.queries import verify_key_pem


def key_fingerprint() -> str:
    """SHA-256 of the public key's 32 bytes: 64 hex digits in groups of four. Raises vault's KeyMissing."""
    key = load_pem_public_key(verify_key_pem().encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(key)
    return fingerprint(key)
