"""`manage.py compile_catalogues`: translations for the running site."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mpm_site.catalogues import compile_all


class Command(BaseCommand):
    """Compile every catalogue of the site."""

    help = "Compiles locale/*/LC_MESSAGES/*.po to .mo, without system packages."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write the files and name them."""
        for folder in settings.LOCALE_PATHS:
            for path in compile_all(folder):
                self.stdout.write(str(path))
