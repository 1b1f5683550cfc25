"""What the log tells of releases, and the refusal that their verbs share."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from audit.actions import record as record_event
from audit.models import EventKind
from releases.models import Release

DRAFTED = EventKind(
    "release:drafted", "{actor} drafted release {number} (audience: {audience}).", fields=("number", "audience")
)
FROZEN = EventKind(
    "release:frozen",
    "{actor} froze release {number} (audience: {audience}) at entry {log_index} of the log; photos in it: {items}.",
    fields=("number", "audience", "items", "log_index"),
)
BUILT = EventKind(
    "release:built",
    "Release {number} (audience: {audience}) was built; photos in it: {items}.",
    fields=("number", "audience", "items", "manifest_sha256"),
)
PUBLISHED = EventKind(
    "release:published", "{actor} published release {number} (audience: {audience}).", fields=("number", "audience")
)
SUPERSEDED = EventKind(
    "release:superseded",
    "Release {number} (audience: {audience}) was superseded by a newer one.",
    fields=("number", "audience"),
)
ABORTED = EventKind(
    "release:aborted",
    "Release {number} (audience: {audience}) was given up before it was published, for the reason {reason}.",
    fields=("number", "audience", "reason"),
)
RETRACTION_ASKED = EventKind(
    "release:retraction_asked",
    "{actor} asked to take back release {number} (audience: {audience}).",
    fields=("number", "audience"),
)
RETRACTION_DROPPED = EventKind(
    "release:retraction_dropped",
    "{actor} decided to keep release {number} (audience: {audience}), which somebody had asked to take back.",
    fields=("number", "audience"),
)
RETRACTED = EventKind(
    "release:retracted",
    "{actor} took back release {number} (audience: {audience}); what was stored of it alone was destroyed.",
    fields=("number", "audience"),
)
DROPPED = EventKind(
    "release:photo_dropped",
    "Photo {photo} was dropped from release {number} (audience: {audience}); what was stored of it was destroyed.",
    fields=("photo", "number", "audience"),
)
TAKEN_UP = EventKind(
    "release:taken_up",
    "{actor} let the workers build release {number} (audience: {audience}) again.",
    fields=("number", "audience"),
)
LEFT_OUT = EventKind(
    "release:held_left_out",
    "{actor} let release {number} (audience: {audience}) be built without the photos that were held; photos: {photos}.",
    fields=("number", "audience", "photos"),
)
CROPS_TAKEN_UP = EventKind(
    "release:crops_taken_up",
    "{actor} let the workers cut the pictures again that they had parked; pictures: {pictures}.",
    fields=("pictures",),
)


class ReleaseNotPossible(Exception):
    """The release cannot take this step; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code of views.stepping.REFUSALS."""
        super().__init__(code)
        self.code = code


def locked_all(wanted: Q) -> dict[UUID, Release]:
    """These releases by id, as `locked`. Whoever holds several takes them here, in one order, before any shard."""
    rows = Release.objects.select_for_update(of=("self",)).filter(wanted).order_by("pk")
    return {release.pk: release for release in rows}


def locked(release_id: UUID) -> Release:
    """The release, until the transaction ends nobody else's to move."""
    return Release.objects.select_for_update().get(pk=release_id)


def record(kind: EventKind, release: Release, *, by: str, **data: Any) -> None:
    """An event about a release, with its number and audience."""
    record_event(kind, subject=str(release.id), by=by, number=release.number, audience=release.audience, **data)
