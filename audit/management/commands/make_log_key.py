"""make_log_key: makes the key that signs the log and the key that everybody checks with, where they are missing."""

from django.core.management.base import BaseCommand, CommandError

from audit.keeper import log_key


class Command(BaseCommand):
    """Make the log's key."""

    help = (
        "Make the key that signs the log (in MPM_LOG_KEYS) and the file to check with (MPM_LOG_VERIFIER); neither is "
        "ever replaced. Beside the key lies what was signed last (last.json): when that is lost, see adopt_checkpoint."
    )
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Print the names of the files made."""
        try:
            made = log_key.make_missing()
        except (log_key.KeyDoesNotFit, OSError) as error:
            raise CommandError(str(error)) from None
        for path in made:
            self.stdout.write(f"made {path.name}")
