"""End every authenticator app, recovery code, session and open invitation: after MPM_SECRET_KEY was stolen."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import end_factors


class Command(BaseCommand):
    """Everybody signs in by password or passkey and sets up a new second factor; passkeys stay."""

    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        """End them."""
        self.stdout.write(f"{end_factors()} people set up a second factor anew. Open invitations are withdrawn.")
