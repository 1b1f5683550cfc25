"""What changes a verdict or a legal hold, and the one way in which staff come to see a picture."""

from screening.actions.classifying import classify
from screening.actions.comparing import NothingAsked, answer, compare, forget, say
from screening.actions.escalating import EscalationNotPossible, escalate
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
from screening.actions.judging import judge
from screening.actions.list_events import LIST_IMPORTED
from screening.actions.replaying import replay
from screening.actions.reporting import report_unsafe
from screening.actions.rescreening import notice_policy, rescreen
from screening.actions.revealing import LooksUsedUp, NotRevealable, reveal
from screening.actions.ruling import (
    REASONS,
    ProposalNotPossible,
    TakesTwo,
    agree,
    pass_on,
    propose_ruling,
    refuse,
    rule,
    take_back,
)
from screening.actions.stopping import NotToBeLifted, ViewsStopped, lift_stop
from screening.actions.verdicts import RulingNotAllowed
from screening.actions.viewing import NotServable, view

__all__ = [
    "LIST_IMPORTED",
    "REASONS",
    "EscalationNotPossible",
    "HoldNotPossible",
    "LooksUsedUp",
    "NotRevealable",
    "NotServable",
    "NotToBeLifted",
    "NothingAsked",
    "ProposalNotPossible",
    "RulingNotAllowed",
    "SameOfficer",
    "TakesTwo",
    "ViewsStopped",
    "agree",
    "answer",
    "classify",
    "compare",
    "drop",
    "escalate",
    "forget",
    "judge",
    "lift",
    "lift_stop",
    "notice_policy",
    "pass_on",
    "place",
    "propose",
    "propose_lifting",
    "propose_ruling",
    "refuse",
    "refuse_lifting",
    "replay",
    "report_unsafe",
    "rescreen",
    "reveal",
    "rule",
    "say",
    "take_back",
    "view",
]
