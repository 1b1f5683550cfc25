"""`manage.py check_kind [KIND]`: what this environment holds and a process of that kind must not."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mpm_site import held, kinds


class Command(BaseCommand):
    """Ask with the environment, the user and the folders of the process itself."""

    help = "Says which credentials and keys this environment holds that a process of the kind must not; 1 when any."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The kind, where MPM_KIND does not name it."""
        parser.add_argument("kind", nargs="?", choices=kinds.KINDS, default=settings.KIND or None)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print that all is well. Raises CommandError with a sentence for each thing that is not."""
        kind: str | None = options["kind"]
        if kind is None:
            raise CommandError(f"Which kind? One of {', '.join(kinds.KINDS)}.")
        found = [*held.in_environment(kind, os.environ), *held.in_keyring(kind, Path(settings.KEYRING))]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"Nothing here that a process of the kind {kind} must not hold.")
