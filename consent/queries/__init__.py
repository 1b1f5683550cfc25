"""What this room knows: what stands for a subject, what is in force, notices, and the same told by the log."""

from consent.comparing import Paragraph
from consent.queries.afresh import Anew, NotAnew, Prepared
from consent.queries.audit import audit_choices, audit_notices, audit_panel
from consent.queries.notices import (
    changes,
    latest_notice,
    notice_before,
    open_languages,
    receipt_by_code,
    receipt_documents,
)
from consent.queries.replaying import is_as_told, missing_by_log, replayed
from consent.queries.standing import (
    Standing,
    current,
    expiring,
    history,
    in_force,
    is_in_force,
    is_refused_or_ended,
    last_in_force,
    outdated,
    past_expiry,
    refused_or_ended,
    stale,
    state_of,
)
from consent.rendering import Section, clean_html, sections
from consent.transitions import IN_FORCE, ConsentState, TransitionNotAllowed
from consent.versions import order_of

__all__ = [
    "IN_FORCE",
    "Anew",
    "ConsentState",
    "NotAnew",
    "Paragraph",
    "Prepared",
    "Section",
    "Standing",
    "TransitionNotAllowed",
    "audit_choices",
    "audit_notices",
    "audit_panel",
    "changes",
    "clean_html",
    "current",
    "expiring",
    "history",
    "in_force",
    "is_as_told",
    "is_in_force",
    "is_refused_or_ended",
    "last_in_force",
    "latest_notice",
    "missing_by_log",
    "notice_before",
    "open_languages",
    "order_of",
    "outdated",
    "past_expiry",
    "receipt_by_code",
    "receipt_documents",
    "refused_or_ended",
    "replayed",
    "sections",
    "stale",
    "state_of",
]
