"""What whoever opens the folder reads first."""

from typing import Any

from django.conf import settings

from releases.papers.described import Described
from releases.papers.pages import Paper, listed, table, text
from releases.papers.parquet import IMAGES, PEOPLE, Column
from releases.samples import PERSON_FLAGS, PICTURE_FLAGS


def readme(told: Described, terms: dict[str, Any]) -> Paper:
    """How many there are, what is allowed, what each file is, how to load it, and how to keep it up to date."""
    shards = [file.path for file in told.files if file.path.endswith(".tar")]
    whole = text(
        "readme",
        photos=told.totals.photos.text,
        people=told.totals.people.text,
        number=told.release.number,
        page=told.address,
        frozen=told.frozen_at.date().isoformat(),
        sentences=listed(terms["sentences"]),
        last=max(shards, default="000000.tar")[-len("000000.tar") : -len(".tar")],
        site=settings.SITE_URL,
        images=_columns(IMAGES),
        people_columns=_columns(PEOPLE),
        picture_flags=_flags(PICTURE_FLAGS),
        person_flags=_flags(PERSON_FLAGS),
    )
    return Paper(told.title, [whole])


def _columns(columns: tuple[Column, ...]) -> str:
    return table([(f"`{column.name}` ({column.type})", column.says) for column in columns], ("column", "what it holds"))


def _flags(flags: dict[str, str]) -> str:
    return table([(f"`{flag}`", says) for flag, says in flags.items()], ("flag", "what it says"))
