"""The allowed moves of a consent. States use the words of the W3C Data Privacy Vocabulary."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentState(models.TextChoices):
    """What stands for one participant and one subject of consent."""

    REQUESTED = "requested", _("asked")
    GIVEN = "given", _("agreed")
    REFUSED = "refused", _("not agreed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REVOKED = "revoked", _("ended by us")
    EXPIRED = "expired", _("expired")
    RENEWED = "renewed", _("agreed again")


class TransitionNotAllowed(Exception):
    """The consent is in a state from which this move does not exist."""


IN_FORCE = frozenset({ConsentState.GIVEN, ConsentState.RENEWED})
# The person's own no: it takes a photo out at once, whoever sent it.
OWN_NO = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})

TRANSITIONS: dict[ConsentState | None, frozenset[ConsentState]] = {
    None: frozenset({ConsentState.REQUESTED}),
    # Asked in vain ends with the photo, or when the time to answer is over.
    ConsentState.REQUESTED: frozenset({ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.REVOKED}),
    ConsentState.GIVEN: frozenset(
        {
            ConsentState.GIVEN,
            ConsentState.RENEWED,
            ConsentState.WITHDRAWN,
            ConsentState.REVOKED,
            ConsentState.EXPIRED,
        }
    ),
    ConsentState.RENEWED: frozenset(
        {ConsentState.RENEWED, ConsentState.WITHDRAWN, ConsentState.REVOKED, ConsentState.EXPIRED}
    ),
    ConsentState.EXPIRED: frozenset({ConsentState.RENEWED, ConsentState.WITHDRAWN, ConsentState.REVOKED}),
    # No can become yes, by the same person, until the bytes are gone; anything later is a new sending.
    ConsentState.WITHDRAWN: frozenset({ConsentState.RENEWED}),
    ConsentState.REFUSED: frozenset({ConsentState.GIVEN}),
    ConsentState.REVOKED: frozenset(),
}


def check(before: ConsentState | None, after: ConsentState) -> None:
    """Raise TransitionNotAllowed unless `after` may follow `before` (None: nothing recorded yet)."""
    if after not in TRANSITIONS[before]:
        raise TransitionNotAllowed(f"{before} cannot become {after}")
