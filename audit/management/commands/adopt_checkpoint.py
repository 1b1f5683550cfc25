"""adopt_checkpoint: tells the log's keeper what it signed last, when the file that says so was lost."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actions import NotAdopted, adopt
from audit.copies import reading
from audit.keeper.log_key import KeyDoesNotFit


class Command(BaseCommand):
    """An operator's word in the place of a memory."""

    help = (
        "Beside the log's signing key lies what was signed last (last.json). Without it the log worker signs nothing, "
        "because it could be shown another history. When it was lost, or came back older than what is published: "
        "compare the published checkpoint with the newest one that was mailed to the auditors, then run this. Is the "
        "mailed one newer, then the copies are older than they were: bring newer ones back, or give the mailed "
        "checkpoint as a file. The copies, or else the database, must lead to the checkpoint. Runs where the "
        "log worker runs."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which checkpoint."""
        parser.add_argument(
            "file", nargs="?", type=Path, help="a file with the checkpoint (default: the published one)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the size that was adopted."""
        file: Path | None = options["file"]
        try:
            note = reading.checkpoint() if file is None else file.read_text(encoding="utf-8")
            if note is None:
                raise CommandError("No checkpoint is published that could be adopted.")
            size = adopt(note=note)
        except (KeyDoesNotFit, NotAdopted, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The log goes on from {size} entries.")
