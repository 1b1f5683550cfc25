"""make_keys: makes what the keyring lacks, and nothing else."""

from django.core.management.base import BaseCommand, CommandError

from vault import keyring


class Command(BaseCommand):
    """Make the keyring."""

    help = "Make the keyring and every key that is missing; run again, it changes nothing."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Print the names of the files made."""
        try:
            made = keyring.make_missing()
        except keyring.AnothersKeyring as error:
            raise CommandError(str(error)) from None
        for name in made:
            self.stdout.write(f"made {name}")
