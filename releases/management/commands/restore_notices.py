"""Withdrawal notices that a restored backup does not have are put back from a holder's copy."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from releases import actions


class Command(BaseCommand):
    """To be run after a restore when `fsck` names a notice that is unknown here, before anything more is announced."""

    help = (
        "Put back the withdrawal notices that a restored backup does not have, from the withdrawals.json beside any"
        " pruned copy, or from a /withdrawals.json that somebody kept. Each is held against the log and the site's key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the notices are."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it. Raises CommandError for a file that cannot be read, or that holds what is not ours."""
        try:
            put_back = actions.restore_notices(feed=options["file"].read_bytes())
        except (OSError, actions.NoticesNotRestored) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Notices put back: {put_back}.")
