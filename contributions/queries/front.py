"""What the first page tells in numbers: how many photos are in use, and where the log stands. Nothing about anybody."""

import logging

from django.core.cache import cache

from audit.queries import CopiesDamaged, published
from contributions.queries.use import in_use

logger = logging.getLogger(__name__)
# Counting reads every photo. A photo that is withdrawn is out of use at once, and out of this number within that time.
KEPT_SECONDS = 60


def collected() -> int:
    """How many photos are in use; at most a minute old."""
    return int(cache.get_or_set("front:collected", lambda: in_use().count(), KEPT_SECONDS) or 0)


def log_size() -> int | None:
    """How many entries of the log are sealed under the newest published checkpoint; None when there is none to read."""
    try:
        newest = published()
    except CopiesDamaged:
        # The log's own page says so, and its keeper is told about it.
        logger.warning("The first page leaves out the log: its published checkpoint is not good.")
        return None
    return None if newest is None else newest.size
