"""Whether rows, bytes, keys and the two databases agree. Prints every fault and exits with 1 when there is one."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils.module_loading import import_string

from audit.queries import is_log_complete
from contributions.queries.faults import faults
from contributions.queries.faults_across import faults_across
from vault import queries as vault
from vault.queries import Fault


class Command(BaseCommand):
    """Look for faults."""

    help = (
        "Checks every invariant in both directions between rows and files, across the two databases, and that the "
        "tables know what the log tells."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How deep, and how much is left to work under way."""
        parser.add_argument("--deep", action="store_true", help="open every object, replay every consent")
        parser.add_argument("--grace", type=int, default=3600, help="seconds left to work under way (default: 3600)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each fault."""
        count = 0
        for line in self._lines(timedelta(seconds=options["grace"]), deep=options["deep"]):
            self.stdout.write(line)
            count += 1
        if "identity" not in connections:
            self.stdout.write("not looked at: the identity database, which this process may not read.")
        self.stdout.write(f"{count} faults.")
        if count:
            sys.exit(1)

    def _lines(self, grace: timedelta, *, deep: bool) -> Iterator[str]:
        for fault in self._faults(grace, deep=deep):
            yield f"{fault.code} {fault.subject}"
        if not is_log_complete():
            yield "log_behind checkpoint"
        for name in settings.LOG_REPLAYS:
            missing_by_log: Callable[[], Iterator[str]] = import_string(name)
            yield from missing_by_log()

    def _faults(self, grace: timedelta, *, deep: bool) -> Iterator[Fault]:
        yield from vault.faults(deep=deep, older_than=grace)
        yield from faults(grace=grace, deep=deep)
        if "identity" in connections:
            yield from faults_across(grace=grace)
