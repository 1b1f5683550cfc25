"""adopt_checkpoint: tells the log's keeper what it signed last, when the file that says so was lost."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actions import NotAdopted, adopt
from audit.keeper.log_key import KeyDoesNotFit


class Command(BaseCommand):
    """An operator's word in the place of a memory."""

    help = (
        "Beside the log's signing key lies what was signed last (last.json). Without it the log worker signs nothing, "
        "because it could be shown another history. When it was lost, or came back older than what is published: save "
        "the newest checkpoint that was mailed to the auditors, or that a monitor keeps, as a file, and name it here. "
        "The published checkpoint is adopted when it goes on from that one; the kept one itself when the copies are "
        "older than it. The copies, or else the database, must lead to what is adopted. Runs where the log worker runs."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What somebody outside holds, or that nobody holds anything."""
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("file", nargs="?", type=Path, help="the newest checkpoint that an auditor or monitor holds")
        group.add_argument(
            "--nobody-holds-one",
            action="store_true",
            help="adopt the published checkpoint as it is: nothing then shows whether it is an old one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the size that was adopted."""
        file: Path | None = options["file"]
        try:
            size = adopt(kept=None if file is None else file.read_text(encoding="utf-8"))
        except (KeyDoesNotFit, NotAdopted, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The log goes on from {size} entries.")
