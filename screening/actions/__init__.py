"""What changes a verdict or a legal hold, and the one way in which staff come to see a picture."""

from screening.actions.holding import (
    HoldNotPossible,
    SameOfficer,
    drop,
    lift,
    place,
    propose,
    propose_lifting,
    refuse_lifting,
)
from screening.actions.judging import (
    NotServable,
    RulingNotAllowed,
    import_digests,
    judge,
    keyed_digest,
    match_known,
    rule,
    view,
)
from screening.actions.replaying import replay

__all__ = [
    "HoldNotPossible",
    "NotServable",
    "RulingNotAllowed",
    "SameOfficer",
    "drop",
    "import_digests",
    "judge",
    "keyed_digest",
    "lift",
    "match_known",
    "place",
    "propose",
    "propose_lifting",
    "refuse_lifting",
    "replay",
    "rule",
    "view",
]
