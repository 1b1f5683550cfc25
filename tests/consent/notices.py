"""The notices of the files, published for a test."""

from functools import cache

from consent.actions import publish
from consent.models import ConsentNotice
from consent.queries import latest_notice
from consent.sources import Source, sources


def published(language: str = "en") -> ConsentNotice:
    """Publish every notice that stands as a file; the newest one in this language."""
    there = set(ConsentNotice.objects.values_list("version", "language"))
    for source in _of_files():
        if (source.version, source.language) not in there:
            publish(source=source, by="system")
    return latest_notice(language)


@cache
def _of_files() -> tuple[Source, ...]:
    return tuple(sources())
