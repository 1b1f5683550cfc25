"""Publish the notices that stand as files and are not published yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.actions import NoticeDiffers, publish
from consent.sources import NoticeNotReadable, sources


class Command(BaseCommand):
    """Each notice once. A published one is never changed: a differing file is named, and the published text stays."""

    help = "Publish notices from consent/notices/<version>/<language>.md. May run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish in order of versions; raises CommandError for a file that is not a notice."""
        try:
            for source in sources():
                self._publish(f"{source.version} {source.language}", source)
        except NoticeNotReadable as error:
            raise CommandError(str(error)) from error

    def _publish(self, name: str, source: Any) -> None:
        try:
            notice = publish(source=source, by="system")
        except NoticeDiffers as error:
            self.stderr.write(f"{error} The published text stays.")
            return
        if notice is not None:
            self.stdout.write(f"Published notice {name}.")
