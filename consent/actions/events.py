"""The room's events: ids, scopes and the notice's version only."""

from audit.models import EventKind

_NOTICE = ("notice", "language", "sha256")
_WAY = ("record", "decision", "method")
REQUESTED = EventKind("consent:requested", "Consent {subject} was asked for.", fields=("record", "decision"))
GIVEN = EventKind(
    "consent:given", "Consent {subject} was given to {scopes}, notice {notice}.", fields=("scopes", *_NOTICE, *_WAY)
)
RENEWED = EventKind(
    "consent:renewed",
    "Consent {subject} was given again to {scopes}, notice {notice}.",
    fields=("scopes", *_NOTICE, *_WAY),
)
REFUSED = EventKind("consent:refused", "Consent {subject} was not given.", fields=_WAY)
WITHDRAWN = EventKind("consent:withdrawn", "Consent {subject} was withdrawn.", fields=_WAY)
RECEIPT_ISSUED = EventKind(
    "receipt:issued",
    "Receipt {subject} of decision {decision} was issued to {participant}.",
    fields=("decision", "participant"),
)
NOTICE_PUBLISHED = EventKind(
    "notice:published", "Notice {notice} was published in {language}.", fields=(*_NOTICE, "scopes")
)
