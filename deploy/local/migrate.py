"""Migrates both databases; its environment holds the owner's addresses."""

import os
import subprocess
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Bring both databases up to date.

    Each by a process of its own, at the same time: nearly all of the work is drawing, again and again, what the tables
    were at a migration.
    """
    if named := sys.argv[1:]:
        _migrate(named[0])
        return
    with subprocess.Popen([sys.executable, "-m", "deploy.local.migrate", "identity"]) as other:
        _migrate("default")
    sys.exit(other.returncode)


def _migrate(alias: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
    django.setup()
    call_command("migrate", database=alias, verbosity=0, interactive=False)


if __name__ == "__main__":
    main()
