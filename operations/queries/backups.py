"""When a backup was last made and the keys' second place last replaced, by the stamps that `deploy.backup` leaves."""

import time
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def backup_figures() -> Mapping[str, float]:
    """Seconds since each; none where nobody is to be told. Raises OSError where their folder is not there."""
    now = time.time()
    return {name: max(0.0, now - _left_at(stamp)) for name, stamp in settings.BACKUP_SAID.items()}


def _left_at(stamp: Path) -> float:
    """When it was left last; before the first time, since when its folder waits for it."""
    begun = stamp.parent.stat().st_mtime
    try:
        return stamp.stat().st_mtime
    except FileNotFoundError:
        return begun
