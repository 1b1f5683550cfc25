"""rotate_keys: changes the epoch now, whether it is due or not."""

from django.core.management.base import BaseCommand

from vault import actions


class Command(BaseCommand):
    """Rotate now."""

    help = "Begin a new epoch, renew the key copy and destroy all older epochs. Safe to run again after a crash."

    def handle(self, *args: object, **options: object) -> None:
        """Print the number of the new epoch."""
        actions.sweep()
        self.stdout.write(f"epoch {actions.rotate()}")
