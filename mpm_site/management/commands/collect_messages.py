"""`manage.py collect_messages`: brings the catalogues in step with the sources, or with --check says what is wrong."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mpm_site import catalogues
from mpm_site.extraction import NotWrittenOut, in_site


class Command(BaseCommand):
    """With --check nothing is written, and every difference and every gap in the public pages is an error."""

    help = "Brings locale/*/LC_MESSAGES/django.po in step with the texts in Python and templates."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to judge instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *_args: object, **options: Any) -> None:
        """Write the catalogues, or judge them; what is not right is named either way."""
        try:
            messages = in_site(Path(settings.BASE_DIR))
        except NotWrittenOut as problem:
            raise CommandError(str(problem)) from None
        wrong = []
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            text = catalogues.updated(path, language, messages)
            if not options["check"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != text:
                wrong.append(f"{language}: not in step with the sources; `make fix` brings it in step")
                continue
            wrong += [f"{language}: {fault}" for fault in catalogues.faults(path)]
        if wrong and options["check"]:
            raise CommandError("\n".join(wrong))
        for fault in wrong:
            self.stdout.write(fault)
