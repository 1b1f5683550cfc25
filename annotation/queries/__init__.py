"""What the views, the rooms above and the settings read."""

from annotation.queries.agreement import (
    AGREEMENT_WEEKS,
    FEWEST,
    Agreement,
    OfReader,
    agreement_of,
    by_field,
    by_reader,
    by_week,
    comparisons,
    waiting_for_adjudication,
)
from annotation.queries.describing import vocabulary_in_every_language
from annotation.queries.excluding import Excludable, excludable
from annotation.queries.idle import Empty, resting, why_empty
from annotation.queries.keys import keymap_of
from annotation.queries.last import in_words, last_readings
from annotation.queries.leases import held
from annotation.queries.looks import exposures_per_question
from annotation.queries.lost import why_lost
from annotation.queries.own_readings import OwnReadings, own_readings
from annotation.queries.payload import held_payloads, payloads
from annotation.queries.search_rows import found_page
from annotation.queries.searching import matching, recent
from annotation.queries.settled import being_checked, confirmed, missing_by_log, settled, with_settled
from annotation.queries.system import system_figures

__all__ = [
    "AGREEMENT_WEEKS",
    "FEWEST",
    "Agreement",
    "Empty",
    "Excludable",
    "OfReader",
    "OwnReadings",
    "agreement_of",
    "being_checked",
    "by_field",
    "by_reader",
    "by_week",
    "comparisons",
    "confirmed",
    "excludable",
    "exposures_per_question",
    "found_page",
    "held",
    "held_payloads",
    "in_words",
    "keymap_of",
    "last_readings",
    "matching",
    "missing_by_log",
    "own_readings",
    "payloads",
    "recent",
    "resting",
    "settled",
    "system_figures",
    "vocabulary_in_every_language",
    "waiting_for_adjudication",
    "why_empty",
    "why_lost",
    "with_settled",
]
