"""What this room knows, for its own views and for the rooms above it."""

from screening.queries.gate import (
    HOLD_WITHOUT_OFFICERS,
    held,
    holds_without_officers,
    is_closed,
    is_servable,
    locked_among,
    newest_verdict,
    servable,
    servable_among,
)
from screening.queries.holds import held_by_law, holds
from screening.queries.lookalikes import lookalikes
from screening.queries.looked_at import DAYS, exposure
from screening.queries.missing import missing_by_log
from screening.queries.own_looks import REVEAL, OwnLooks, looks_of
from screening.queries.pairs import same_pictures
from screening.queries.policy import current as current_policy
from screening.queries.rescreening import rescreening
from screening.queries.stops import TASK, VIEWS_STOPPED, are_views_stopped, stops_waiting, views_stopped_in_words
from screening.queries.system import system_figures

__all__ = [
    "DAYS",
    "HOLD_WITHOUT_OFFICERS",
    "REVEAL",
    "TASK",
    "VIEWS_STOPPED",
    "OwnLooks",
    "are_views_stopped",
    "current_policy",
    "exposure",
    "held",
    "held_by_law",
    "holds",
    "holds_without_officers",
    "is_closed",
    "is_servable",
    "locked_among",
    "lookalikes",
    "looks_of",
    "missing_by_log",
    "newest_verdict",
    "rescreening",
    "same_pictures",
    "servable",
    "servable_among",
    "stops_waiting",
    "system_figures",
    "views_stopped_in_words",
]
