"""`export_log`: the whole log as JSON lines that verify_log, or anybody, can check."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from audit.queries import Selection, exported


class Command(BaseCommand):
    """Writes to standard output, a page at a time."""

    help = "Writes the whole log as JSON lines: an entry a line, then a line saying where it ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which database is read."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias of the database that holds the log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export every entry sealed before now."""
        for text in exported(Selection(), using=options["database"]):
            self.stdout.write(text, ending="")
