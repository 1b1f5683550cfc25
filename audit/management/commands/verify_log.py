"""`verify_log`: recompute the log, in the database or in an export, and name the first bad entry."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from audit.copies.reading import published
from audit.proofs.chain import Checked, End
from audit.queries import log_key, verify_stored
from audit.standalone.verify_log import Bad, Checkpoint, Key, check_export, open_checkpoint


class Command(BaseCommand):
    """Exit status 0 when every entry is as it was recorded, 1 otherwise."""

    help = (
        "Recomputes every leaf hash, the chain, the tree and the count of the log, and compares them with the "
        "published checkpoint. Exit status 1 names the first bad entry."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the log is read from, and what is known of it."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias of the database that holds the log")
        parser.add_argument(
            "--export", metavar="FILE", help="verify this JSON lines export instead ('-': standard input)"
        )
        parser.add_argument(
            "--end", metavar="SIZE:CHAIN", help="the end noted earlier, elsewhere, that the log must have"
        )
        parser.add_argument(
            "--kept", nargs="+", default=[], metavar="CHECKPOINT", help="files with checkpoints that were kept earlier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say how far the log is good."""
        noted = _end(options["end"]) if options["end"] else None
        known, key = _published()
        kept = [_kept(name) for name in options["kept"]]
        try:
            if options["export"]:
                checked = _export(options["export"], key, kept)
            else:
                checked = _stored(options["database"], [*kept, known] if known else kept)
        except Bad as error:
            raise CommandError(f"The log is not whole: {error}", returncode=1) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The export cannot be read: {error}", returncode=1) from error
        if noted:
            checked = checked.against(noted)
        if not checked.whole:
            raise CommandError(f"The log is not whole: entry {checked.first_bad} ({checked.reason}).", returncode=1)
        self.stdout.write(f"Log verified: {checked.size} entries, end {checked.size}:{checked.chain.hex()}")


def _published() -> tuple[Checkpoint | None, Key | None]:
    try:
        known = published()
    except (Bad, OSError, ValueError) as error:
        raise CommandError(f"The published checkpoint cannot be read or is not good: {error}", returncode=1) from error
    return known, log_key() if known else None


def _kept(name: str) -> Checkpoint:
    """A checkpoint as somebody saved or pasted it: as the stand-alone verifier takes it, too."""
    try:
        return open_checkpoint(Path(name).read_text(encoding="utf-8-sig").strip() + "\n", log_key())
    except (Bad, OSError, ValueError) as error:
        raise CommandError(f"The kept checkpoint {name} is not good: {error}", returncode=1) from error


def _stored(using: str, known: Sequence[Checkpoint]) -> Checked:
    checked = verify_stored(using=using, at_sizes=[one.size for one in known])
    for one in sorted(known, key=lambda one: one.size) if checked.whole else []:
        if one.size > checked.size:
            raise Bad(f"A checkpoint tells of {one.size} entries.", checked.size)
        if checked.roots[one.size] != one.root:
            raise Bad(f"Its first {one.size} entries are not those of a checkpoint.")
    return checked


def _export(name: str, key: Key | None, kept: Sequence[Checkpoint]) -> Checked:
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as lines:
        found = check_export(lines, key=key, kept=kept)
    return Checked(found.size, found.chain, root=found.root)


def _end(text: str) -> End:
    size, _colon, chain = text.partition(":")
    try:
        return End(int(size), bytes.fromhex(chain))
    except ValueError as error:
        raise CommandError("--end must read SIZE:CHAIN, as verify_log prints it.") from error
