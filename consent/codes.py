"""Withdrawal codes: easy to read aloud and to type, too long to guess."""

import secrets
from hashlib import sha256

# Digits and capitals without I, L, O and U, so that nothing looks like something else; 30 of 32 are 150 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 30
GROUP = 5
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A fresh code in groups of five, as it is printed."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def digest_of(code: str) -> bytes:
    """The SHA-256 of a code as typed: case, spaces and dashes do not count, and O, I and L are what they look like."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(letters.translate(_MEANT).encode()).digest()
