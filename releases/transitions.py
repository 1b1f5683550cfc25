"""The allowed moves of a release."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseState(models.TextChoices):
    """Where one version of the dataset stands."""

    DRAFT = "draft", _("draft")
    FROZEN = "frozen", _("frozen, being built")
    BUILT = "built", _("built, waiting for a second person")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")
    RETRACTED = "retracted", _("retracted")
    ABORTED = "aborted", _("aborted")


class TransitionNotAllowed(Exception):
    """The release is in a state from which this move does not exist."""


TRANSITIONS: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.DRAFT: frozenset({ReleaseState.FROZEN, ReleaseState.ABORTED}),
    ReleaseState.FROZEN: frozenset({ReleaseState.BUILT, ReleaseState.ABORTED}),
    ReleaseState.BUILT: frozenset({ReleaseState.PUBLISHED, ReleaseState.ABORTED}),
    ReleaseState.PUBLISHED: frozenset({ReleaseState.SUPERSEDED, ReleaseState.RETRACTED}),
    ReleaseState.SUPERSEDED: frozenset({ReleaseState.RETRACTED}),
    ReleaseState.RETRACTED: frozenset(),
    ReleaseState.ABORTED: frozenset(),
}


def check(before: str, after: ReleaseState) -> None:
    """Raise TransitionNotAllowed unless a release may move from `before` to `after`."""
    if after not in TRANSITIONS[ReleaseState(before)]:
        raise TransitionNotAllowed(f"a release that is {before} cannot become {after}")
