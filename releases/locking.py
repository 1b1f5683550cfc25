"""Being alone with a piece of work, without a transaction that would stay open as long as it takes."""

import contextlib
from collections.abc import Iterator

from django.db import connection

# Any number that no other room uses; what is locked is the second half of the lock.
LOCK_SPACE = 4711


@contextlib.contextmanager
def alone_with(what: object) -> Iterator[bool]:
    """Whether nobody else is at this, by its id as text; the lock dies with the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, str(what)])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, str(what)])
