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

TRANSITIONS: dict[ConsentState | None, frozenset[ConsentState]] = {
    None: frozenset({ConsentState.REQUESTED}),
    ConsentState.REQUESTED: frozenset({ConsentState.GIVEN, ConsentState.REFUSED}),
    ConsentState.GIVEN: frozenset(
        {ConsentState.GIVEN, ConsentState.WITHDRAWN, ConsentState.REVOKED, ConsentState.EXPIRED}
    ),
    ConsentState.RENEWED: frozenset(
        {ConsentState.RENEWED, ConsentState.WITHDRAWN, ConsentState.REVOKED, ConsentState.EXPIRED}
    ),
    ConsentState.EXPIRED: frozenset({ConsentState.RENEWED, ConsentState.WITHDRAWN}),
    # A withdrawal may be undone by the same person until the bytes are gone; anything later is a new sending.
    ConsentState.WITHDRAWN: frozenset({ConsentState.RENEWED}),
    ConsentState.REFUSED: frozenset(),
    ConsentState.REVOKED: frozenset(),
}


def check(before: ConsentState | None, after: ConsentState) -> None:
    """Raise TransitionNotAllowed unless `after` may follow `before` (None: nothing recorded yet)."""
    if after not in TRANSITIONS[before]:
        raise TransitionNotAllowed(f"{before} cannot become {after}")
