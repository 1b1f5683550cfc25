"""What stops a process before its first work: a database restored from a backup, lacking entries of its log."""

from collections.abc import Callable

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string


class NotToBeStarted(RuntimeError):
    """This process must not work with the database as it is; the message says what to do."""


def check_log() -> None:
    """Raise NotToBeStarted when the database holds less than the log's published checkpoint.

    A database that does not answer stops nobody here: a process without access to research has none that would, and
    /readyz asks again. Connections are closed, because the processes that work are forked from this one.
    """
    is_behind: Callable[[], bool] = import_string(settings.LOG_BEHIND)
    try:
        if is_behind():
            raise NotToBeStarted(
                "The database holds fewer log entries than were published: it was restored from a backup. "
                "Run `manage.py restore_log`, then start again."
            )
    finally:
        connections.close_all()
