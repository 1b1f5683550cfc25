"""`export_log`: the whole log as JSON lines that verify_log, or anybody, can check."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from audit.export import json_lines
from audit.models import Event
from audit.queries import end, pages


class Command(BaseCommand):
    """Writes to standard output, a page at a time."""

    help = "Writes the whole log as JSON lines: an entry a line, then a line saying where it ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which database is read."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias of the database that holds the log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export every entry sealed before now."""
        using = options["database"]
        until = end(using=using)
        for text in json_lines(pages(Event.objects.using(using), until=until.size), until):
            self.stdout.write(text, ending="")
