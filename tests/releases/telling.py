"""What the papers of a release say, gathered by hand: no photo, and no row in the database."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from consent.models import ConsentNotice, Scope
from releases.models import Audience, Release
from releases.papers.composition import Composition
from releases.papers.consents import Consents
from releases.papers.described import Described, Digest
from releases.papers.history import Collected, Difference

FROZEN = datetime(2030, 3, 15, 12, tzinfo=UTC)
FILES = [Digest(f"data/shards/{slot:06}.tar", 1000, f"{slot:064x}") for slot in range(2)] + [
    Digest("data/annotations.json", 100, "a" * 64),
    Digest("data/images.parquet", 100, "b" * 64),
    Digest("data/people.parquet", 100, "c" * 64),
]


def release(number: int = 2, audience: Audience = Audience.OWN) -> Release:
    """A release that is frozen, of no photo."""
    return Release(
        id=UUID(int=number),
        audience=audience,
        number=number,
        bases=["self"],
        scopes=["research"],
        frozen_at=FROZEN,
        log_index=77,
        manifest_sha256="d" * 64,
    )


def agreed(scopes: Collection[str] = (Scope.RESEARCH,), first_end: date | None = date(2031, 4, 14)) -> Consents:
    """Twenty agreements to one text."""
    notice = ConsentNotice(
        version="2026-1",
        language="en",
        title="What you agree to",
        text="Read *this*.\n",
        sha256="e" * 64,
        approval="E-1",
    )
    return Consents(20, frozenset(scopes), ((notice, 20),), first_end)


def told(
    *,
    of: Release | None = None,
    made_of: Composition | None = None,
    consents: Consents | None = None,
    difference: Difference | None = None,
    files: Sequence[Digest] = FILES,
) -> Described:
    """All of it together."""
    return Described(
        release=of or release(),
        files=files,
        made_of=made_of or Composition(),
        consents=consents or agreed(),
        collected=Collected(date(2030, 1, 1), date(2030, 3, 1), 12, 6, 31.5, 8, 7, 9, 0.75),
        difference=difference or Difference(None, new=20, left=0, read_anew=0, same=0),
    )
