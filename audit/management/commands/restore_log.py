"""restore_log: the step between a restored database backup and a site that may open again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, ProgrammingError

from audit.actions import NotRefilled, restore


class Command(BaseCommand):
    """Refill the log."""

    help = (
        "After restoring a database backup: take the log's newest entries from its copies (MPM_LOG_COPIES), as far as "
        "they were signed. Needs the owner's database address, as migrate does. Changes nothing unless the published "
        "checkpoint, the copies and what the database still holds tell the same. Run it before anything else works "
        "with the restored database: what is recorded behind a backup cannot be joined to the log."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A checkpoint from outside."""
        parser.add_argument(
            "--kept",
            type=Path,
            metavar="FILE",
            help="a checkpoint from an auditor's mailbox: the copies must go on from it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many entries came back and what comes next."""
        file: Path | None = options["kept"]
        try:
            done = restore(kept=None if file is None else file.read_text(encoding="utf-8"))
        except NotRefilled as refusal:
            raise CommandError(f"Nothing was changed. {refusal}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Nothing was changed: {error}") from None
        except ProgrammingError as error:
            raise CommandError(f"Nothing was changed. This needs the owner's database address: {error}") from None
        except DatabaseError as error:
            raise CommandError(f"Nothing was changed. The database refused: {error}") from None
        self.stdout.write(f"{done.added} entries refilled; the log holds {done.size}.")
        if done.added:
            self.stdout.write("Next: replay_erasures. The site stays closed until the tables follow the log.")
