"""What becomes of releases after a restored backup: what the log tells to be over is over."""

from uuid import UUID

from audit.models import Event
from releases.actions.closing import close
from releases.actions.known import last_of, staff_of
from releases.models import Release
from releases.transitions import GIVEN_OUT, ReleaseState

MAKING = (ReleaseState.DRAFT, ReleaseState.FROZEN, ReleaseState.BUILT)
# Reasons stand in no entry: one that came later than the backup is lost with the tables.
REASON_LOST = "It was taken back. Why, was lost when this site was restored from a backup: ask us for the reason."


def published(entry: Event, release_id: UUID) -> bool:
    """Publish what the backup knows as built, if it is the same; give up anything else that stands under its number.

    Holders have that number with other bytes: what would be built under it now must not be mistaken for it.
    """
    release = _row(release_id)
    if release is None or release.state not in MAKING:
        return False
    built = last_of(release_id, "release:built", before=entry)
    is_same = built is not None and built.data.get("manifest_sha256") == release.manifest_sha256
    if release.state != ReleaseState.BUILT or not is_same:
        return _given_up(release, entry, "restored")
    release.state = ReleaseState.PUBLISHED
    release.published_at, release.published_by_id = entry.at, staff_of(entry) or release.drafted_by_id
    release.save(update_fields=["state", "published_at", "published_by"])
    return True


def superseded(entry: Event, release_id: UUID) -> bool:
    """End a release whose place a newer one took."""
    release = _row(release_id)
    if release is None or release.state != ReleaseState.PUBLISHED:
        return False
    release.state, release.ended_at = ReleaseState.SUPERSEDED, entry.at
    release.save(update_fields=["state", "ended_at"])
    close(release)
    return True


def retracted(entry: Event, release_id: UUID) -> bool:
    """Take a release back again."""
    release = _row(release_id)
    if release is None or release.state not in GIVEN_OUT - {ReleaseState.RETRACTED}:
        return False
    _by_two(release, entry)
    release.state, release.ended_at = ReleaseState.RETRACTED, release.ended_at or entry.at
    release.retraction = release.retraction or REASON_LOST
    release.save()
    close(release)
    return True


def aborted(entry: Event, release_id: UUID) -> bool:
    """Give up a release that was given up."""
    release = _row(release_id)
    if release is None or release.state not in MAKING:
        return False
    return _given_up(release, entry, str(entry.data.get("reason", "")))


def _row(release_id: UUID) -> Release | None:
    return Release.objects.select_for_update().filter(pk=release_id).first()


def _given_up(release: Release, entry: Event, reason: str) -> bool:
    release.state, release.ended_at, release.end_reason = ReleaseState.ABORTED, entry.at, reason
    release.save(update_fields=["state", "ended_at", "end_reason"])
    close(release, with_papers=True)
    return True


def _by_two(release: Release, entry: Event) -> None:
    """Say who asked and who took it back; where the tables know one of them no more, another one of its curators."""
    asking = last_of(release.pk, "release:retraction_asked", before=entry)
    others = [one for one in (release.published_by_id, release.frozen_by_id, release.drafted_by_id) if one]
    done = staff_of(entry)
    asked = release.retraction_asked_by_id or staff_of(asking) or next((one for one in others if one != done), None)
    done = done or next((one for one in others if one != asked), None)
    if asked and done:
        release.retraction_asked_at = release.retraction_asked_at or (asking or entry).at
        release.retraction_asked_by_id = asked
        release.retracted_at, release.retracted_by_id = entry.at, done
