"""Invite a staff person from the command line, such as the first two administrators: nobody else has to agree."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import invite
from accounts.refusals import Refused
from accounts.roles import ROLES, RolesRefused
from accounts.tokens import link_for


class Command(BaseCommand):
    """Prints the link, which works once and for settings.INVITATION_HOURS hours, and sends no mail."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """An address and its roles."""
        parser.add_argument("email")
        parser.add_argument("role", nargs="+", choices=list(ROLES))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Invite and print."""
        try:
            invitation = invite(email=options["email"], roles=options["role"], by=None, mailed=False)
        except (Refused, RolesRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(link_for(invitation.id))
