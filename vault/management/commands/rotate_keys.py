"""rotate_keys: changes the epoch now, whether it is due or not."""

from django.core.management.base import BaseCommand, CommandError

from vault import actions, keyring


class Command(BaseCommand):
    """Rotate now."""

    help = "Begin a new epoch, renew the key copy and destroy all older epochs. Safe to run again after a crash."

    def handle(self, *args: object, **options: object) -> None:
        """Print the number of the new epoch."""
        try:
            actions.sweep()
            number = actions.rotate()
        except keyring.AnothersKeyring as error:
            raise CommandError(f"The epoch stays: {error}") from None
        self.stdout.write(f"epoch {number}")
