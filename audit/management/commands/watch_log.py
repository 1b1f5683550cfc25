"""`watch_log`: the monitor of audit/standalone, for who has the whole project and not only its two programs."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from audit.standalone import watch_log


class Command(BaseCommand):
    """Exit status as the program's own: 0 all is well, 1 a complaint, 2 could not look."""

    help = "Looks at a log from outside, and complains when it did more than grow since the last look."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The program's own arguments."""
        watch_log.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Watch, and leave with the program's exit status."""
        sys.exit(watch_log.watch(Namespace(**options), self.stdout.write))
