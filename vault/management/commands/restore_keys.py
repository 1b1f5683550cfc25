"""restore_keys: the step between a restored database backup and a site that may open again."""

from django.core.management.base import BaseCommand, CommandError

from vault import actions, key_copy, keyring


class Command(BaseCommand):
    """Bring keys back."""

    help = (
        "After restoring a database backup: take living keys from the key copy; keys that open nothing are destroyed."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Print how many keys were taken and destroyed."""
        try:
            taken, destroyed = actions.restore()
        except keyring.AnothersKeyring as error:
            raise CommandError(f"Nothing was changed: {error}") from None
        except (key_copy.CopyBroken, actions.KeyMissing) as error:
            raise CommandError(f"Nothing was changed: {error}.") from None
        self.stdout.write(f"{taken} keys taken from the copy, {destroyed} destroyed")
