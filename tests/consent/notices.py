"""The notices of the files, published for a test."""

from consent.actions import publish
from consent.models import ConsentNotice
from consent.queries import latest_notice
from consent.sources import sources


def published(language: str = "en") -> ConsentNotice:
    """Publish every notice that stands as a file; the newest one in this language."""
    for source in sources():
        publish(source=source, by="system")
    return latest_notice(language)
