"""Publish the notices that stand as files and are not published yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent.actions import NoticeDiffers, NoticeNotOpen, publish
from consent.sources import NoticeNotReadable, Source, sources


class Command(BaseCommand):
    """Each notice once. A published one is never changed: a differing file is named, and the published text stays."""

    help = "Publish notices from consent/notices/<version>/<language>.md. May run at every start."

    def add_arguments(self, parser: CommandParser) -> None:
        """The one version to publish; without it, every one."""
        parser.add_argument("version", nargs="?", default="", help="publish this version alone")

    def handle(self, *args: Any, version: str, **options: Any) -> None:
        """Publish in order of versions; raises CommandError for a file that is not a notice, or an unknown version."""
        try:
            wanted = [source for source in sources() if version in {"", source.version}]
        except NoticeNotReadable as error:
            raise CommandError(str(error)) from error
        if version and not wanted:
            raise CommandError(f"There is no notice of version {version}.")
        for source in wanted:
            self._publish(source)

    def _publish(self, source: Source) -> None:
        name = f"{source.version} {source.language}"
        try:
            notice = publish(source=source, by="system")
        except NoticeNotOpen as error:
            self.stdout.write(f"{error} It is not published, and nobody can give in this language.")
        except NoticeDiffers as error:
            self.stderr.write(f"{error} The published text stays.")
        except NoticeNotReadable as error:
            raise CommandError(str(error)) from error
        else:
            if notice is not None:
                self.stdout.write(f"Published notice {name}.")
