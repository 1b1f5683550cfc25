"""Taking back a release that was published: asked for by one curator, done by another."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from releases.actions.closing import close
from releases.actions.events import RETRACTED, RETRACTION_ASKED, RETRACTION_DROPPED, ReleaseNotPossible, locked, record
from releases.models import Release
from releases.queries import digest_of_reason
from releases.transitions import ReleaseState, check


@transaction.atomic
def ask_retraction(*, release_id: UUID, reason: str, staff_id: UUID) -> Release:
    """Ask another curator to take a release back; `reason` is what its holders are told. Until then nothing changes.

    Raises ReleaseNotPossible("asked_already") and TransitionNotAllowed.
    """
    release = locked(release_id)
    check(release.state, ReleaseState.RETRACTED)
    if release.retraction_asked_by_id is not None:
        raise ReleaseNotPossible("asked_already")
    release.retraction = reason
    release.retraction_asked_at, release.retraction_asked_by_id = timezone.now(), staff_id
    release.save(update_fields=["retraction", "retraction_asked_at", "retraction_asked_by"])
    record(RETRACTION_ASKED, release, by=f"staff:{staff_id}")
    return release


@transaction.atomic
def keep(*, release_id: UUID, staff_id: UUID) -> Release:
    """Set aside the request to take a release back. Raises ReleaseNotPossible("not_asked") and TransitionNotAllowed."""
    release = _asked(release_id)
    release.retraction = ""
    release.retraction_asked_at, release.retraction_asked_by = None, None
    release.save(update_fields=["retraction", "retraction_asked_at", "retraction_asked_by"])
    record(RETRACTION_DROPPED, release, by=f"staff:{staff_id}")
    return release


@transaction.atomic
def retract(*, release_id: UUID, seen: str, staff_id: UUID) -> Release:
    """Take a release back, as another curator asked: every download closes now, and what it alone held is destroyed.

    `seen` is the fingerprint of the reason on their page (queries.digest_of_reason): it is what everybody reads. Raises
    ReleaseNotPossible ("not_asked", "same_person", "changed") and TransitionNotAllowed.
    """
    release = _asked(release_id)
    if release.retraction_asked_by_id == staff_id:
        raise ReleaseNotPossible("same_person")
    if digest_of_reason(release) != seen:
        raise ReleaseNotPossible("changed")
    now = timezone.now()
    release.state, release.ended_at = ReleaseState.RETRACTED, release.ended_at or now
    release.retracted_at, release.retracted_by_id = now, staff_id
    release.save(update_fields=["state", "ended_at", "retracted_at", "retracted_by"])
    close(release)
    record(RETRACTED, release, by=f"staff:{staff_id}")
    return release


def _asked(release_id: UUID) -> Release:
    release = locked(release_id)
    check(release.state, ReleaseState.RETRACTED)
    if release.retraction_asked_by_id is None:
        raise ReleaseNotPossible("not_asked")
    return release
