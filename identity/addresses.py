"""E-mail addresses: the one form under which an address is found again, what may be shown of it, likely typos."""

import unicodedata
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254  # RFC 5321, the longest path without its angle brackets
# Large providers, whose names are mistyped most often. Compared with in the browser's form only, never looked up.
COMMON_DOMAINS = (
    "aol.com", "bigpond.com", "gmail.com", "gmx.de", "gmx.net", "hotmail.com", "hotmail.nl", "hotmail.se", "icloud.com",
    "kpnmail.nl", "live.com", "live.nl", "live.se", "mail.com", "me.com", "msn.com", "optusnet.com.au", "outlook.com",
    "outlook.nl", "outlook.se", "proton.me", "protonmail.com", "spray.se", "telia.com", "telstra.com", "web.de",
    "xs4all.nl", "yahoo.com", "yahoo.com.au", "yahoo.se", "ziggo.nl",
)  # fmt: skip
SIMILAR = 0.8


class AddressNotValid(ValueError):
    """What was typed is not an e-mail address. The message never repeats it."""


def cleaned(address: str) -> str:
    """The address as it is written to: no spaces around it, one Unicode form. Raises AddressNotValid.

    A quoted local part (RFC 5321) and characters that nobody sees are refused, too: mails name the address of whoever
    asks, and in quotes it could hold a sentence.
    """
    address = unicodedata.normalize("NFC", address.strip())
    if '"' in address or any(unicodedata.category(character)[0] in "CZ" for character in address):
        raise AddressNotValid("This is not an e-mail address.")
    try:
        validate_email(address)
    except ValidationError:
        raise AddressNotValid("This is not an e-mail address.") from None
    if len(address) > LONGEST:
        raise AddressNotValid("This is longer than an e-mail address can be.")
    return address


def normalised(address: str) -> str:
    """The form that one person's spellings share: cleaned and in lower case. Raises AddressNotValid."""
    return unicodedata.normalize("NFC", cleaned(address).lower())


def mask(address: str) -> str:
    """What may be shown before the address is verified: its first character and its domain, a…@example.org."""
    local, _at, domain = normalised(address).rpartition("@")
    return f"{local[0]}…@{domain}"[:120]


def suggestion(address: str) -> str:
    """The address with the common domain that was probably meant, or an empty text."""
    local, at, domain = address.strip().rpartition("@")
    close = get_close_matches(domain.lower(), COMMON_DOMAINS, n=1, cutoff=SIMILAR)
    if not at or not close or domain.lower() in COMMON_DOMAINS:
        return ""
    return f"{local}@{close[0]}"
