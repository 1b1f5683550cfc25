"""The allowed moves of a verdict."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerdictState(models.TextChoices):
    """What screening says of one content under one policy. Anything but clear means: not servable."""

    CLEAR = "clear", _("clear")
    HELD = "held", _("held for the safety officer")
    EXCLUDED = "excluded", _("excluded")
    LOCKED = "locked", _("locked")


class TransitionNotAllowed(Exception):
    """The verdict cannot move like this."""


TRANSITIONS: dict[VerdictState | None, frozenset[VerdictState]] = {
    None: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.LOCKED}),
    VerdictState.CLEAR: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.LOCKED}),
    VerdictState.HELD: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.EXCLUDED, VerdictState.LOCKED}),
    VerdictState.EXCLUDED: frozenset(),
    # Lifting a lock takes two named officers and a written procedure; no move exists until then.
    VerdictState.LOCKED: frozenset(),
}


def check(before: str | None, after: VerdictState) -> None:
    """Raise TransitionNotAllowed unless `after` may follow `before` (None: never judged)."""
    if after not in TRANSITIONS[VerdictState(before) if before else None]:
        raise TransitionNotAllowed(f"a verdict {before} cannot become {after}")
