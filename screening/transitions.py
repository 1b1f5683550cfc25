"""The allowed moves of a verdict."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerdictState(models.TextChoices):
    """What screening says of one content under one policy. Anything but clear means: not servable."""

    CLEAR = "clear", _("clear")
    HELD = "held", _("held for the safety officer")
    EXCLUDED = "excluded", _("excluded")
    LOCKED = "locked", _("locked")


class HoldState(models.TextChoices):
    """Where a legal hold stands. Two named officers take each step that counts: one proposes, the other confirms."""

    PROPOSED = "proposed", _("proposed, waiting for a second officer")
    PLACED = "placed", _("placed: nothing is erased")
    LIFTING = "lifting", _("lifting proposed, waiting for a second officer")
    LIFTED = "lifted", _("lifted")
    DROPPED = "dropped", _("proposal taken back")


class TransitionNotAllowed(Exception):
    """The verdict or the hold cannot move like this."""


TRANSITIONS: dict[VerdictState | None, frozenset[VerdictState]] = {
    None: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.LOCKED}),
    VerdictState.CLEAR: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.LOCKED}),
    VerdictState.HELD: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.EXCLUDED, VerdictState.LOCKED}),
    # Found on a known list later, it is kept as evidence is kept; nothing else moves it.
    VerdictState.EXCLUDED: frozenset({VerdictState.LOCKED}),
    # Only two officers end a lock, one by a proposal and another one by agreeing: ONLY_BY_TWO.
    VerdictState.LOCKED: frozenset({VerdictState.CLEAR, VerdictState.HELD, VerdictState.EXCLUDED}),
}
ONLY_BY_TWO: frozenset[VerdictState] = frozenset({VerdictState.LOCKED})
HOLD_TRANSITIONS: dict[HoldState | None, frozenset[HoldState]] = {
    None: frozenset({HoldState.PROPOSED}),
    HoldState.PROPOSED: frozenset({HoldState.PLACED, HoldState.DROPPED}),
    HoldState.PLACED: frozenset({HoldState.LIFTING}),
    # A second officer who does not agree leaves the hold where it was.
    HoldState.LIFTING: frozenset({HoldState.LIFTED, HoldState.PLACED}),
    HoldState.LIFTED: frozenset(),
    HoldState.DROPPED: frozenset(),
}


def check(before: str | None, after: VerdictState, *, by_two: bool = False) -> None:
    """Raise TransitionNotAllowed unless `after` may follow `before` (None: never judged).

    `by_two` says that a second officer agreed; without it nothing leaves a lock.
    """
    if after not in TRANSITIONS[VerdictState(before) if before else None] or (before in ONLY_BY_TWO and not by_two):
        raise TransitionNotAllowed(f"a verdict {before} cannot become {after}")


def check_hold(before: str | None, after: HoldState) -> None:
    """Raise TransitionNotAllowed unless a hold may move from `before` (None: there is none) to `after`."""
    if after not in HOLD_TRANSITIONS[HoldState(before) if before else None]:
        raise TransitionNotAllowed(f"a hold {before} cannot become {after}")
