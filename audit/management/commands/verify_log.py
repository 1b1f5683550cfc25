"""`verify_log`: recompute the log, in the database or in an export, and name the first bad entry."""

import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from audit.copies.reading import published
from audit.proofs.chain import Checked, End
from audit.queries import log_key, verify_stored
from audit.standalone.verify_log import Bad, Checkpoint, Key, check_export


class Command(BaseCommand):
    """Exit status 0 when every entry is as it was recorded, 1 otherwise."""

    help = (
        "Recomputes every leaf hash, the chain, the tree and the count of the log, and compares them with the "
        "published checkpoint. Exit status 1 names the first bad entry."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the log is read from, and where it is known to end."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias of the database that holds the log")
        parser.add_argument(
            "--export", metavar="FILE", help="verify this JSON lines export instead ('-': standard input)"
        )
        parser.add_argument(
            "--end", metavar="SIZE:CHAIN", help="the end noted earlier, elsewhere, that the log must have"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say how far the log is good."""
        try:
            known = published()
            key = log_key() if known else None
            checked = _export(options["export"], key) if options["export"] else _stored(options["database"], known)
        except Bad as error:
            raise CommandError(f"The log is not whole: {error}", returncode=1) from error
        if options["end"]:
            checked = checked.against(_end(options["end"]))
        if not checked.whole:
            raise CommandError(f"The log is not whole: entry {checked.first_bad} ({checked.reason}).", returncode=1)
        self.stdout.write(f"Log verified: {checked.size} entries, end {checked.size}:{checked.chain.hex()}")


def _stored(using: str, known: Checkpoint | None) -> Checked:
    checked = verify_stored(using=using, at_sizes=[known.size] if known else [])
    if known and checked.whole:
        if known.size > checked.size:
            raise Bad("The published checkpoint tells of entries that are not there.", checked.size)
        if checked.roots[known.size] != known.root:
            raise Bad(f"Its first {known.size} entries are not those of the published checkpoint.")
    return checked


def _export(name: str, key: Key | None) -> Checked:
    with nullcontext(sys.stdin) if name == "-" else Path(name).open(encoding="utf-8") as lines:
        found = check_export(lines, key=key)
    return Checked(found.size, found.chain, root=found.root)


def _end(text: str) -> End:
    size, _colon, chain = text.partition(":")
    try:
        return End(int(size), bytes.fromhex(chain))
    except ValueError as error:
        raise CommandError("--end must read SIZE:CHAIN, as verify_log prints it.") from error
