"""The full look at the log: every entry recomputed and compared with what was signed last."""

import logging
from dataclasses import replace
from datetime import datetime
from itertools import islice

from django.db import transaction

from audit import queries
from audit.copies import reading
from audit.copies.reading import CopiesDamaged
from audit.keeper.last_signed import Memory, Verified
from audit.keeper.signer import Signed

logger = logging.getLogger(__name__)


def look(memory: Memory, last: Signed, *, now: datetime) -> Memory:
    """Recompute every entry in the database; what is to be remembered of it. A bad entry is an error in the logs."""
    size = last.end.size
    checked = queries.verify_stored(using=queries.AUDITOR, at_sizes=[size])
    first_bad, reason = checked.first_bad, checked.reason
    if first_bad is None and checked.size < size:
        first_bad, reason = checked.size, "missing"
    elif first_bad is None and checked.roots.get(size) != last.root:
        first_bad, reason = _first_other(size), "signed"
    if first_bad is not None:
        logger.error("The log is not whole: entry %s (%s).", first_bad, reason)
    return replace(memory, verified=Verified(int(now.timestamp()), checked.size, first_bad, reason))


def _first_other(size: int) -> int:
    """The first entry that is not the one that was copied before it was signed; the last one when no copy tells."""
    with transaction.atomic(using=queries.AUDITOR):
        stored = islice(queries.rows(using=queries.AUDITOR), size)
        try:
            for row, leaf in zip(stored, reading.entries(size), strict=False):
                if row.leaf.encode() != leaf:
                    return row.index
        except CopiesDamaged as damaged:
            logger.error("%s", damaged)  # noqa: TRY400 -- the sentence says all
    return size - 1
