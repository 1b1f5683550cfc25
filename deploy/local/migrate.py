"""Migrates both databases in one process; its environment holds the owner's addresses."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Bring both databases up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
    django.setup()
    for alias in ("default", "identity"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)


if __name__ == "__main__":
    main()
