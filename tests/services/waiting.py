"""Looking into the research database from beside the site, and waiting for what its workers do."""

import time
from collections.abc import Callable, Collection
from typing import Any, Final
from uuid import UUID

import psycopg

from deploy.local.environment import RESEARCH
from tests.services.stack import Stack

PATIENCE: Final = 180


def rows(stack: Stack, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement finds, asked by a superuser."""
    with psycopg.connect(stack.on.postgres.superuser_url_of(RESEARCH)) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def until(found: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait until something is so; fails with these words when it does not come to that."""
    last = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < last, f"waited in vain: {what}"
        time.sleep(0.3)


def unfinished(stack: Stack, photos: Collection[UUID]) -> set[UUID]:
    """Those of these photos with steps that wait or are under way."""
    found = rows(stack, "SELECT DISTINCT photo_id FROM contributions_step WHERE done_at IS NULL")
    return {photo for (photo,) in found} & set(photos)


def told_twice(stack: Stack, photos: Collection[UUID]) -> list[tuple[Any, ...]]:
    """What the log says more than once of one of these photos, of which nobody but workers has done anything."""
    return rows(
        stack,
        """SELECT subject, action FROM audit.event WHERE subject = ANY(%s)
           GROUP BY subject, action HAVING count(*) > 1""",
        [str(photo) for photo in photos],
    )
