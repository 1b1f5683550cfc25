"""Whether the database still holds what was published: not so after a backup was restored, until it is refilled."""

import logging
from typing import Any, Final
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from psycopg import Connection

from audit.copies import reading
from audit.copies.reading import CopiesDamaged
from audit.copies.replaying import is_replaying
from audit.models import Event, Refill
from audit.proofs import tree
from audit.standalone.verify_log import Bad, Checkpoint

logger = logging.getLogger(__name__)
# Connections of which it is known. A database that was restored is one that was connected to anew.
_asked: Final[WeakSet[Connection[Any]]] = WeakSet()


class LogBehind(RuntimeError):
    """The database lacks entries that were published, or holds others in their place. Nothing may be recorded."""


class NotReplayed(RuntimeError):
    """The log was refilled and the tables do not follow it yet. Nothing may be recorded."""


def is_log_complete() -> bool:
    """Whether the database holds what was published; also no when one of the two cannot be read."""
    try:
        return not is_log_behind()
    except (DatabaseError, CopiesDamaged):
        return False


def is_log_behind() -> bool:
    """Whether the database lacks the last entry that was published, or holds another one in its place.

    Raises CopiesDamaged (a ValueError) when the copies do not tell, and DatabaseError. Reads the copies first, so that
    nothing published meanwhile counts as lost.
    """
    try:
        covered = reading.published()
        if covered is None or covered.size == 0:
            return False
        stored = _stored_hash(covered.size - 1)
        return stored is None or stored != _copied_hash(covered)
    except (Bad, OSError, ValueError) as error:
        raise CopiesDamaged(f"The log's copies do not say what was published: {error}") from error


def check_before_recording() -> None:
    """Raise LogBehind or NotReplayed for a restored database that nobody put right; asks once for each connection.

    Copies that do not tell stop nobody here, because people withdraw here, too: it is an error in the site's log, the
    keeper writes them again, and the next entry asks again.
    """
    known = connections[DEFAULT_DB_ALIAS].connection
    if known in _asked:
        return
    try:
        if is_log_behind():
            raise LogBehind(
                "The database does not hold what the log's published checkpoint says: a backup was restored. "
                "Nothing is recorded until `manage.py restore_log` was run."
            )
    except CopiesDamaged as damaged:
        logger.error("%s", damaged)  # noqa: TRY400 -- the sentence says all
        return
    if is_replaying():
        return
    if Refill.objects.filter(replayed_at__isnull=True).exists():
        raise NotReplayed(
            "The log was refilled after a backup was restored, and the tables do not follow it yet. Nothing is "
            "recorded until `manage.py replay_erasures` was run."
        )
    _asked.add(known)


def _copied_hash(covered: Checkpoint) -> bytes:
    number, place = divmod(covered.size - 1, tree.WIDTH)
    return tree.Tiles(reading.read, covered.size).tile(0, number)[place * tree.HASH :][: tree.HASH]


def _stored_hash(index: int) -> bytes | None:
    found = Event.objects.using(DEFAULT_DB_ALIAS).filter(index=index).values_list("leaf_hash", flat=True).first()
    return None if found is None else bytes(found)
