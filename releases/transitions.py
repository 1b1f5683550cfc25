"""The allowed moves of a release, and of an update."""

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


class UpdateState(models.TextChoices):
    """Where one update stands."""

    DRAFT = "draft", _("being written")
    APPROVED = "approved", _("public")
    DROPPED = "dropped", _("given up")
    TAKEN_DOWN = "taken_down", _("taken down")


class TransitionNotAllowed(Exception):
    """The release or update is in a state from which this move does not exist."""


TRANSITIONS: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.DRAFT: frozenset({ReleaseState.FROZEN, ReleaseState.ABORTED}),
    ReleaseState.FROZEN: frozenset({ReleaseState.BUILT, ReleaseState.ABORTED}),
    # A withdrawal takes what was built back to the workers: they write anew what held the photo.
    ReleaseState.BUILT: frozenset({ReleaseState.PUBLISHED, ReleaseState.FROZEN, ReleaseState.ABORTED}),
    ReleaseState.PUBLISHED: frozenset({ReleaseState.SUPERSEDED, ReleaseState.RETRACTED}),
    ReleaseState.SUPERSEDED: frozenset({ReleaseState.RETRACTED}),
    ReleaseState.RETRACTED: frozenset(),
    ReleaseState.ABORTED: frozenset(),
}

# Somebody outside may hold one of these.
GIVEN_OUT = frozenset({ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED, ReleaseState.RETRACTED})

UPDATE_TRANSITIONS: dict[UpdateState, frozenset[UpdateState]] = {
    UpdateState.DRAFT: frozenset({UpdateState.APPROVED, UpdateState.DROPPED}),
    UpdateState.APPROVED: frozenset({UpdateState.TAKEN_DOWN}),
    UpdateState.DROPPED: frozenset(),
    UpdateState.TAKEN_DOWN: frozenset(),
}


def check(before: str, after: ReleaseState) -> None:
    """Raise TransitionNotAllowed unless a release may move from `before` to `after`."""
    if after not in TRANSITIONS[ReleaseState(before)]:
        raise TransitionNotAllowed(f"a release that is {before} cannot become {after}")


def check_update(before: str, after: UpdateState) -> None:
    """Raise TransitionNotAllowed unless an update may move from `before` to `after`."""
    if after not in UPDATE_TRANSITIONS[UpdateState(before)]:
        raise TransitionNotAllowed(f"an update that is {before} cannot become {after}")
