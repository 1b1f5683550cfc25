"""The notices of the files, published for a test."""

from collections.abc import Sequence
from functools import cache

from consent.actions import publish
from consent.models import ConsentNotice
from consent.queries import latest_notice
from consent.sources import Source, sources
from tests import standing


def published(language: str = "en") -> ConsentNotice:
    """Publish every notice that stands as a file; the newest one in this language."""
    there = set(ConsentNotice.objects.values_list("version", "language"))
    missing = [source for source in _of_files() if (source.version, source.language) not in there]
    if missing:
        standing.step(("notices",), lambda: _publish(missing))
    return latest_notice(language)


def _publish(missing: Sequence[Source]) -> None:
    for source in missing:
        publish(source=source, by="system")


@cache
def _of_files() -> tuple[Source, ...]:
    return tuple(sources())
