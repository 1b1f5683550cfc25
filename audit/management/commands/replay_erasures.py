"""replay_erasures: the step between a refilled log and a site that may open again."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

from audit.actions import NothingToReplay, replay


class Command(BaseCommand):
    """Tell the rooms."""

    help = (
        "After restore_log: take living keys from the key copy, and do again what the log tells and the restored "
        "tables do not know: erasures, withdrawals, answers, verdicts, holds, deleted addresses. Web and workers do "
        "not start before. Needs the addresses of both databases, as the sweep worker has them, the keyring and the "
        "key copy. May be run again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where, when no refill says so."""
        parser.add_argument(
            "--from",
            dest="start",
            type=int,
            metavar="INDEX",
            help="replay from this entry on: the first after the backup of identity, when that alone was restored",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what each room did, and what cannot be brought back."""
        if "identity" not in connections:
            raise CommandError("Nothing was changed. This needs the identity database's address, too.")
        try:
            done = replay(start=_start() if options["start"] is None else options["start"])
        except NothingToReplay:
            self.stdout.write("Nothing waits: no refilled entry that the tables were not told of.")
            return
        except (LookupError, ValueError, DatabaseError) as error:
            raise CommandError(
                f"The site stays closed: {error}. What was done can be done again: put it right, and run this again."
            ) from None
        for name, rows in done.rows.items():
            self.stdout.write(f"{name.partition('.')[0]}: {rows} rows brought to what the log tells")
        self.stdout.write(f"Entries {done.first} to {done.size - 1} were replayed. The site may open.")
        lost = Counter(line.partition(" ")[0] for line in _missing())
        if lost:
            self.stdout.write("What the log tells and no row holds cannot be brought back (fsck names each):")
        for code, count in sorted(lost.items()):
            self.stdout.write(f"  {code} {count}")


def _start() -> int | None:
    """The first entry that a database was not told of which was restored by itself."""
    asked: list[Callable[[], int | None]] = [import_string(name) for name in settings.LOG_REPLAY_FROM]
    return min((first for replay_from in asked if (first := replay_from()) is not None), default=None)


def _missing() -> Iterator[str]:
    for name in settings.LOG_REPLAYS:
        missing_by_log: Callable[[], Iterator[str]] = import_string(name)
        yield from missing_by_log()
