"""What the site says of how it runs: for its own pages, the probes and whoever scrapes the metrics."""

from operations.queries.alarms import (
    DAYS,
    Told,
    cleared,
    is_look_awaited,
    is_looked_after,
    newest_look,
    not_yet_raised,
    standing,
    told,
    waiting_for,
    worst_first,
)
from operations.queries.backups import backup_figures
from operations.queries.broker import is_broker_there
from operations.queries.figures import Gathered, gather
from operations.queries.history import History, history
from operations.queries.serving import CLOCK, Serving, are_workers_there, serving, unserved

__all__ = [
    "CLOCK",
    "DAYS",
    "Gathered",
    "History",
    "Serving",
    "Told",
    "are_workers_there",
    "backup_figures",
    "cleared",
    "gather",
    "history",
    "is_broker_there",
    "is_look_awaited",
    "is_looked_after",
    "newest_look",
    "not_yet_raised",
    "serving",
    "standing",
    "told",
    "unserved",
    "waiting_for",
    "worst_first",
]
