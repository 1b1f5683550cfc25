"""What this room knows: what stands for a subject, what is in force, notices, and the same told by the log."""

from consent.queries.audit import audit_choices, audit_notices, audit_panel
from consent.queries.notices import latest_notice, open_languages, receipt_by_code
from consent.queries.replaying import is_as_told, missing_by_log, replayed
from consent.queries.standing import (
    Standing,
    current,
    history,
    in_force,
    last_in_force,
    scopes_of,
    state_of,
)
from consent.rendering import Section, sections
from consent.transitions import IN_FORCE, ConsentState, TransitionNotAllowed

__all__ = [
    "IN_FORCE",
    "ConsentState",
    "Section",
    "Standing",
    "TransitionNotAllowed",
    "audit_choices",
    "audit_notices",
    "audit_panel",
    "current",
    "history",
    "in_force",
    "is_as_told",
    "last_in_force",
    "latest_notice",
    "missing_by_log",
    "open_languages",
    "receipt_by_code",
    "replayed",
    "scopes_of",
    "sections",
    "state_of",
]
