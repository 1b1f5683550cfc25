"""make_keys: makes what the keyring lacks, and nothing else."""

from django.core.management.base import BaseCommand

from vault import keyring


class Command(BaseCommand):
    """Make the keyring."""

    help = "Make the keyring and every key that is missing; run again, it changes nothing."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Print the names of the files made."""
        for name in keyring.make_missing():
            self.stdout.write(f"made {name}")
