"""Do by hand what the clock does: for a site without beat, after a restore, or to try parked steps again."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone
from django.utils.module_loading import import_string

from contributions import tasks
from contributions.actions import steps
from contributions.queries.steps import LONGEST_PAUSE, parked, photos_waiting
from vault import actions as vault


class Command(BaseCommand):
    """Sweep once, in this process."""

    help = "Finds what was cut short or is past its time, and completes it in this process."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to try parked steps again, and to leave less time to work under way."""
        parser.add_argument("--grace", type=int, help="seconds that work under way may take (default: as by the clock)")
        parser.add_argument("--parked", action="store_true", help="try steps again that gave up")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every part of the sweep in turn and say what it found."""
        if options["parked"]:
            for step in list(parked()):
                steps.unpark(step=step, by="system")
        lapsed, erased = tasks.end_what_is_over()
        grace = None if options["grace"] is None else timedelta(seconds=options["grace"])
        deleted = vault.sweep(older_than=grace, orphans=True)
        # A step that failed rests for up to an hour; asked for by hand, it is tried at once.
        waiting = photos_waiting(now=timezone.now() + LONGEST_PAUSE)
        for photo_id in waiting:
            steps.run(photo_id=photo_id)
        if "identity" in connections:
            tasks.go_across(grace=grace)
        tasks.count_coverage()
        for name in settings.SWEEPS:
            import_string(name)()
        gone = f"{lapsed} sendings lapsed, {erased} photos erased, {deleted} leftovers deleted"
        self.stdout.write(f"{gone}, {len(waiting)} photos taken up.")
