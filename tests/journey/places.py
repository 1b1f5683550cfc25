"""Every place of the running site that a word could have come to: files as they lie, and both databases row by row."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from deploy.local.environment import IDENTITY, RESEARCH
from deploy.local.postgres import Layout, Postgres
from deploy.local.state import State
from tests.dumps import tables
from tests.journey.conftest import Stack

# The demonstration's own mailbox stands for the person's: there the words belong.
MAILBOX = "mail"


def forms_of(word: str) -> dict[str, bytes]:
    """A word as it could have been written down: plain, in UTF-16, hex, base64 at each offset, or hashed."""
    plain = word.encode()
    found = {"plain": plain, "utf-16": word.encode("utf-16-le"), "hex": plain.hex().encode()}
    for offset in range(3):
        # What depends on its neighbours is cut off at both ends.
        encoded = base64.b64encode(b"\0" * offset + plain)
        found[f"base64 at {offset}"] = encoded[4 if offset else 0 : len(encoded) // 4 * 4 - 4]
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, plain, usedforsecurity=False)
        found[name] = digest.digest()
        found[f"{name} in hex"] = digest.hexdigest().encode()
    return found


def hits(stack: Stack, words: list[str], *, hashed: bool = True) -> list[str]:
    """Where any of the words stands, in any form; `hashed` False leaves out the digests, which tokens are kept by."""
    forms = [
        (f"{number}: {name}", form)
        for number, word in enumerate(words)
        for name, form in forms_of(word).items()
        if hashed or not name.startswith(("md5", "sha"))
    ]
    return [
        f"{place} holds word {name}"
        for place, content in [*files(stack.state), *dumps(stack)]
        for name, form in forms
        if form in content
    ]


def files(state: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the site and its services: heap files, write-ahead log, broker, objects, logs, copies, keys."""
    for root in {state, Layout.of(State(state)).home}:
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.relative_to(root).parts[0] != MAILBOX:
                yield str(path.relative_to(root)), path.read_bytes()


def dumps(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Every table of both databases as text, sessions also as what was packed into them."""
    server = Postgres(State(stack.state))
    for database in (RESEARCH, IDENTITY):
        yield from tables(server.superuser_url, database)
