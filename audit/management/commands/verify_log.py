"""`verify_log`: recompute the log, in the database or in an export, and name the first bad entry."""

import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from audit.chain import Checked, End
from audit.export import Export, NotAnExport
from audit.queries import verify, verify_stored


class Command(BaseCommand):
    """Exit status 0 when every entry is as it was recorded, 1 otherwise."""

    help = "Recomputes every leaf hash, the chain and the count of the log. Exit status 1 names the first bad entry."

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
        checked = _export(options["export"]) if options["export"] else verify_stored(using=options["database"])
        if options["end"]:
            checked = checked.against(_end(options["end"]))
        if not checked.whole:
            raise CommandError(f"The log is not whole: entry {checked.first_bad} ({checked.reason}).", returncode=1)
        self.stdout.write(f"Log verified: {checked.size} entries, end {checked.size}:{checked.chain.hex()}")


def _export(name: str) -> Checked:
    with nullcontext(sys.stdin) if name == "-" else Path(name).open(encoding="utf-8") as lines:
        export = Export(lines)
        try:
            checked = verify(export)
        except NotAnExport as error:
            raise CommandError(str(error), returncode=1) from error
    if export.end is None and checked.whole:
        raise CommandError(f"The export stops after {checked.size} entries without its last line.", returncode=1)
    return checked.against(export.end) if export.end else checked


def _end(text: str) -> End:
    size, _colon, chain = text.partition(":")
    try:
        return End(int(size), bytes.fromhex(chain))
    except ValueError as error:
        raise CommandError("--end must read SIZE:CHAIN, as verify_log prints it.") from error
