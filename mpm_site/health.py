"""What /readyz asks before this process is given work, and what /healthz repeats of it. Yes or no, and nothing else."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

# A probe may come often, and asks services that all processes share.
FRESH_SECONDS: Final = 5.0
_migrated: set[str] = set()
_told: dict[str, bool] = {}
_told_at: list[float] = []


def database_answers(alias: str = "default") -> bool:
    """Whether the database answers one statement."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def migrations_done(alias: str = "default") -> bool:
    """Whether nothing is left to migrate. A yes is remembered: the code of a running process does not change."""
    if alias in _migrated:
        return True
    try:
        executor = MigrationExecutor(connections[alias])
        done = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False
    if done:
        _migrated.add(alias)
    return done


def answers(checks: Mapping[str, Callable[[], bool]]) -> dict[str, bool]:
    """Each check's answer by its name."""
    return {name: check() for name, check in checks.items()}


def told(checks: Mapping[str, Callable[[], bool]]) -> dict[str, bool]:
    """The same of the services that all processes share, as was found in the last FRESH_SECONDS; kept for /healthz."""
    now = time.monotonic()
    if not _told_at or now - _told_at[0] >= FRESH_SECONDS:
        _told.update(answers(checks))
        _told_at[:] = [now]
    return dict(_told)


def remembered() -> dict[str, str]:
    """What was found when /readyz was asked last, in words: "yes", "no"; empty before the first time."""
    return {name: "yes" if answer else "no" for name, answer in _told.items()}
