"""`record_bounce`: what a mail server calls for each message that arrives at bounces+ID@ our domain."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from identity.actions import record_bounce
from identity.bounces import LARGEST, NotAReport, read

# sysexits.h: the input was wrong, and giving it again would not help.
EX_DATAERR = 65


class Command(BaseCommand):
    """Reads one report (RFC 3464) from the standard input and records the mail that came back."""

    help = "Record a mail that came back, from the report on the standard input."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say in one line what was done; nothing of the message is repeated."""
        try:
            report = read(sys.stdin.buffer.read(LARGEST + 1))
        except NotAReport:
            raise CommandError("This is not a report of one of our mails.", returncode=EX_DATAERR) from None
        if not report.status:
            self.stdout.write("Not back for good: nothing was recorded.")
        elif record_bounce(mail=report.mail, status=report.status):
            self.stdout.write("Recorded.")
        else:
            self.stdout.write("Recorded before, or no mail of ours.")
