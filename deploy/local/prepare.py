"""What a start does inside Django, in one process, under the run-time roles: keys, notices, static files."""

import os

import django
from django.core.management import call_command

from mpm_site.guard import check_log_or_exit


def main() -> None:
    """Do each step that changes nothing when it was done before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
    django.setup()
    call_command("make_keys")
    call_command("make_log_key")
    # From here on entries are recorded: never behind a restored backup. What mends damaged copies starts only later.
    check_log_or_exit(damage_stops=False)
    call_command("publish_notices")
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
