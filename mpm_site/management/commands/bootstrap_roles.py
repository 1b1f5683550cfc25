"""`manage.py bootstrap_roles`: the PostgreSQL roles and both databases on a real server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mpm_site import env, roles

# Role -> variable with the password that it is to have.
PASSWORDS = {
    "mpm_owner": "MPM_OWNER_PASSWORD",
    "mpm_app": "MPM_APP_PASSWORD",
    "mpm_identity": "MPM_IDENTITY_PASSWORD",
    "mpm_auditor": "MPM_AUDITOR_PASSWORD",
    "mpm_keeper": "MPM_KEEPER_PASSWORD",
}


class Command(BaseCommand):
    """Run it before the first `migrate` and again after it; it may run at any time."""

    help = "Makes or corrects the roles and both databases, over the superuser's address in MPM_SUPERUSER_URL."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two databases."""
        parser.add_argument(
            "--only", choices=["research", "identity"], help="where each database has a server: the one on this server"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read the environment and do it. Raises CommandError when a new role's password is missing."""
        passwords = {role: word for role, name in PASSWORDS.items() if (word := env.text(name, ""))}
        kinds: list[roles.Kind] = [options["only"]] if options["only"] else ["research", "identity"]
        databases = {kind: self._name(kind) for kind in kinds}
        try:
            roles.bootstrap(env.text("MPM_SUPERUSER_URL"), passwords, databases)
        except roles.PasswordMissing as missing:
            raise CommandError(f"{missing} Set {PASSWORDS[missing.role]}.") from missing
        self.stdout.write(f"The roles and the databases {', '.join(databases.values())} are as they should be.")

    @staticmethod
    def _name(kind: str) -> str:
        return str(env.database(f"MPM_{kind.upper()}_URL")["NAME"])
