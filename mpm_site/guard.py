"""What stops a process before its first work: a restored database that lacks entries of its log; another's keys."""

import os
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils.module_loading import import_string

from mpm_site import env, held, kinds

# A database that starts, and a log worker that writes damaged copies again, need less.
WAIT_SECONDS: Final = 40.0
AGAIN_SECONDS: Final = 1.0
BEHIND: Final = (
    "The database does not hold what the log's published checkpoint says: it was restored from a backup. "
    "Run `manage.py restore_log`, then start again."
)
UNREPLAYED: Final = (
    "A database was restored from a backup, and its tables do not follow the log yet: what was erased may be back. "
    "Run `manage.py replay_erasures`, then start again."
)
DAMAGED: Final = (
    "The copies of the log (MPM_LOG_COPIES) cannot be read or are damaged, so nobody can say whether the database "
    "holds what was published. Start the log worker, which writes them again from the database, then start again. "
    "When they cannot be read by this user, .env.sample says who owns what."
)
SILENT: Final = (
    "A database (MPM_RESEARCH_URL, MPM_IDENTITY_URL) does not answer, so the log could not be compared with it."
)


class NotToBeStarted(RuntimeError):
    """This process must not work with the database as it is; the message says what to do."""


def load_settings_or_exit() -> None:
    """Read the settings, or end this process with the sentence that says what is missing or wrong in them."""
    try:
        str(settings.KIND)
    except ImproperlyConfigured as fault:
        raise SystemExit(str(fault)) from None


def check_log(*, seconds: float = WAIT_SECONDS, damage_stops: bool = True) -> None:
    """Raise NotToBeStarted when research does not hold what the log's checkpoint says, or a database follows no log.

    A database that does not answer, and copies that cannot be read, are asked again for so many seconds. A process
    without access to research has nothing to ask. With `damage_stops` False damaged copies are let pass: for what runs
    before the log worker, which puts them right. Connections are closed, because the processes that work are forked
    from this one.
    """
    if settings.DATABASES[DEFAULT_DB_ALIAS].get("HOST") == env.NOWHERE:
        return
    last = time.monotonic() + seconds
    try:
        while fault := _fault():
            if fault == DAMAGED and not damage_stops:
                return
            if fault in {BEHIND, UNREPLAYED} or time.monotonic() >= last:
                raise NotToBeStarted(fault)
            time.sleep(min(AGAIN_SECONDS, seconds))
    finally:
        connections.close_all()


def check_log_or_exit(*, damage_stops: bool = True) -> None:
    """As check_log, but end this process with one sentence instead of a traceback."""
    try:
        check_log(damage_stops=damage_stops)
    except NotToBeStarted as refusal:
        raise SystemExit(str(refusal)) from None


def check_kind_or_exit(does: Collection[str]) -> None:
    """End this process with what it holds and must not, or when it does another kind's work than MPM_KIND says.

    `does` holds the kinds that do this work, the usual one first: a worker's queues, or the kinds of web process. On
    one's own machine, where no kind is named and one folder holds all keys, nothing is asked.
    """
    kind = settings.KIND or next(iter(does), "")
    if not settings.KIND and settings.ON_LOOPBACK:
        return
    if kind not in does or (len(does) > 1 and not set(does) <= kinds.PAGES):
        raise SystemExit(f"This process is started as {', '.join(does)}; it may be one kind alone (MPM_KIND): {kind}.")
    found = list(held.in_environment(kind, os.environ))
    if not settings.ON_LOOPBACK:
        found += held.in_keyring(kind, Path(settings.KEYRING))
    if found:
        raise SystemExit(" ".join(found))


def check_rooms_or_exit(names: Iterable[str]) -> None:
    """End this process with the first sentence that a room has against its start (settings.WORKER_REFUSALS)."""
    for name in names:
        refusal: Callable[[], str] = import_string(name)
        if said := refusal():
            raise SystemExit(said)


def _fault() -> str:
    is_behind: Callable[[], bool] = import_string(settings.LOG_BEHIND)
    are_unreplayed: list[Callable[[], bool]] = [import_string(name) for name in settings.LOG_UNREPLAYED]
    try:
        if is_behind():
            return BEHIND
        return UNREPLAYED if any(is_unreplayed() for is_unreplayed in are_unreplayed) else ""
    except DatabaseError:
        connections.close_all()
        return SILENT
    except ValueError:
        return DAMAGED
