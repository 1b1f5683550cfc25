"""The room's events: ids, scopes, times and the notice's version only."""

from audit.models import EventKind

_NOTICE = ("notice", "language", "sha256")
_WAY = ("record", "decision", "method")
REQUESTED = EventKind("consent:requested", "Consent {subject} was asked for.", fields=("record", "decision"))
GIVEN = EventKind(
    "consent:given",
    "Consent {subject} was given to {scopes}, notice {notice}.",
    fields=("scopes", *_NOTICE, *_WAY),
    optional=("expires_at",),
)
RENEWED = EventKind(
    "consent:renewed",
    "Consent {subject} was given again to {scopes}, notice {notice}.",
    fields=("scopes", *_NOTICE, *_WAY),
    optional=("expires_at",),
)
REFUSED = EventKind("consent:refused", "Consent {subject} was not given.", fields=_WAY, optional=_NOTICE)
WITHDRAWN = EventKind("consent:withdrawn", "Consent {subject} was withdrawn.", fields=_WAY)
REVOKED = EventKind("consent:revoked", "Consent {subject} was ended by us.", fields=_WAY)
EXPIRED = EventKind("consent:expired", "The time of consent {subject} was over.", fields=_WAY)
RECEIPT_ISSUED = EventKind(
    "receipt:issued",
    "Receipt {subject} of decision {decision} was issued to {participant}.",
    fields=("decision", "participant", "document", "code"),
)
NOTICE_PUBLISHED = EventKind(
    "notice:published",
    "Notice {notice} was published in {language}.",
    fields=(*_NOTICE, "scopes", "terms", "valid_months"),
)
