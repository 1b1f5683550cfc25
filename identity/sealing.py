"""What only the mail worker can read: addresses and the contents of mails, sealed to its public key."""

import json
from collections.abc import Mapping
from typing import Any

from identity.addresses import normalised
from vault.actions import open_mail, seal_for_mail
from vault.queries import blind_index


def index_of(address: str) -> bytes:
    """The keyed blind index under which an address is found again. Raises AddressNotValid."""
    return blind_index(normalised(address))


def seal_text(text: str) -> bytes:
    """The text, sealed: whoever seals cannot open it."""
    return seal_for_mail(text.encode())


def seal_context(context: Mapping[str, object]) -> bytes:
    """What a mail's template needs, as JSON, sealed."""
    return seal_text(json.dumps(context))


def open_text(sealed: bytes | memoryview) -> str:
    """The text again; only in a process that holds the mail worker's private key."""
    return open_mail(bytes(sealed)).decode()


def open_context(sealed: bytes | memoryview) -> dict[str, Any]:
    """What the template needs again; only in a process that holds the mail worker's private key."""
    context: dict[str, Any] = json.loads(open_text(sealed))
    return context
