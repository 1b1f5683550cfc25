"""Looking into the research database from beside the site, and waiting for what its workers do."""

import time
from collections.abc import Callable, Collection
from typing import Any, Final
from uuid import UUID

import psycopg

from deploy.local.environment import RESEARCH
from tests.services.postgres import PostgresServer
from tests.services.stack import Stack

PATIENCE: Final = 180


def rows(postgres: PostgresServer, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement finds in the research database, asked by a superuser."""
    with psycopg.connect(postgres.superuser_url_of(RESEARCH)) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def until(found: Callable[[], object], what: str, *, seconds: float = PATIENCE, every: float = 0.3) -> None:
    """Wait until something is so, looking `every` so many seconds: 0 for what does not last.

    Fails with these words when it does not come to that.
    """
    last = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < last, f"waited in vain: {what}"
        time.sleep(every)


def unfinished(stack: Stack, photos: Collection[UUID]) -> set[UUID]:
    """Those of these photos with steps that wait or are under way."""
    found = rows(stack.on.postgres, "SELECT DISTINCT photo_id FROM contributions_step WHERE done_at IS NULL")
    return {photo for (photo,) in found} & set(photos)


def told_twice(postgres: PostgresServer, photos: Collection[UUID] | None = None) -> list[tuple[Any, ...]]:
    """What the log says more than once of one of these photos, or of any, when nobody but workers did anything."""
    return rows(
        postgres,
        """SELECT subject, action FROM audit.event JOIN contributions_photo photo ON photo.id::text = subject
           WHERE %s::uuid[] IS NULL OR photo.id = ANY(%s::uuid[])
           GROUP BY subject, action HAVING count(*) > 1""",
        *[None if photos is None else list(photos)] * 2,
    )
