"""What the workbench, the lead and the releases read."""

from annotation.queries.agreement import (
    AGREEMENT_WEEKS,
    FEWEST,
    Agreement,
    Compared,
    OfReader,
    agreement_of,
    by_field,
    by_reader,
    by_week,
    comparisons,
    own_agreement,
    waiting_for_adjudication,
)
from annotation.queries.describing import vocabulary_in_every_language
from annotation.queries.excluding import Excludable, WhyNot, excludable
from annotation.queries.exposure import READERS, annotators, exposure
from annotation.queries.idle import Empty, resting, waiting_for, why_empty
from annotation.queries.keys import keymap_of
from annotation.queries.last import LastReading, in_words, last_readings
from annotation.queries.leases import PUT_OFF_FOR, leased, leases_of
from annotation.queries.lost import Lost, is_open_to, why_lost
from annotation.queries.own_readings import COLUMNS, FIGURES, OwnReadings, figures_of, own_readings, parameters
from annotation.queries.payload import held_payloads, payloads
from annotation.queries.seen import suggestions, text_search
from annotation.queries.settled import being_checked, counts, exclusions, missing_by_log, settled
from annotation.queries.settling import Sides, sides
from annotation.queries.states import DraftState, PersonState, state_of

__all__ = [
    "AGREEMENT_WEEKS",
    "COLUMNS",
    "FEWEST",
    "FIGURES",
    "PUT_OFF_FOR",
    "READERS",
    "Agreement",
    "Compared",
    "DraftState",
    "Empty",
    "Excludable",
    "LastReading",
    "Lost",
    "OfReader",
    "OwnReadings",
    "PersonState",
    "Sides",
    "WhyNot",
    "agreement_of",
    "annotators",
    "being_checked",
    "by_field",
    "by_reader",
    "by_week",
    "comparisons",
    "counts",
    "excludable",
    "exclusions",
    "exposure",
    "figures_of",
    "held_payloads",
    "in_words",
    "is_open_to",
    "keymap_of",
    "last_readings",
    "leased",
    "leases_of",
    "missing_by_log",
    "own_agreement",
    "own_readings",
    "parameters",
    "payloads",
    "resting",
    "settled",
    "sides",
    "state_of",
    "suggestions",
    "text_search",
    "vocabulary_in_every_language",
    "waiting_for",
    "waiting_for_adjudication",
    "why_empty",
    "why_lost",
]
