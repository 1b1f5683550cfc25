"""The life of a release, from a draft to its end. Each change and its event share one transaction."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind, Head
from contributions.models import Grounds
from releases.eligibility import Rules, changed, eligible
from releases.models import Audience, Download, Item, PublicId, Release
from releases.queries import is_downloadable, open_release, standing_items
from releases.transitions import ReleaseState, check
from vault import actions as vault
from vault.models import SealedObject

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
DROPPED = EventKind(
    "release:photo_dropped",
    "Photo {photo} was dropped from release {number} (audience: {audience}); what was stored of it was destroyed.",
    fields=("photo", "number", "audience"),
)
DOWNLOADED = EventKind(
    "release:downloaded",
    "{actor} downloaded release {number} (audience: {audience}).",
    fields=("number", "audience", "download"),
)

MOST_TRIES = 3


class ReleaseNotPossible(Exception):
    """The release cannot take this step; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: empty, another_open, same_person, withdrawn, read_again, not_downloadable."""
        super().__init__(code)
        self.code = code


@transaction.atomic
def draft(*, audience: Audience, bases: frozenset[str], with_nobody: bool, staff_id: UUID) -> Release:
    """Begin the next release of an audience. Raises ReleaseNotPossible while another one is being made."""
    if open_release(audience) is not None:
        raise ReleaseNotPossible("another_open")
    last = Release.objects.filter(audience=audience).order_by("-number").first()
    try:
        with transaction.atomic():
            release = Release.objects.create(
                audience=audience,
                number=(last.number if last else 0) + 1,
                bases=sorted(bases & set(Grounds.values) | {Grounds.SELF}),
                with_nobody=with_nobody,
                drafted_by_id=staff_id,
            )
    except IntegrityError:
        # Another curator drafted one in the same moment; the database keeps it to one.
        raise ReleaseNotPossible("another_open") from None
    _record(DRAFTED, release, by=f"staff:{staff_id}")
    return release


@transaction.atomic
def freeze(*, release_id: UUID, staff_id: UUID) -> Release:
    """Fix which photos are in, at the log entry reached now.

    Raises ReleaseNotPossible("empty") and TransitionNotAllowed.
    """
    release = _locked(release_id)
    check(release.state, ReleaseState.FROZEN)
    decisions = eligible(Rules.of(release))
    if not decisions:
        raise ReleaseNotPossible("empty")
    known = dict(PublicId.objects.filter(audience=release.audience).values_list("photo_id", "pk"))
    drawn = [PublicId(audience=release.audience, photo_id=d.photo_id) for d in decisions if d.photo_id not in known]
    PublicId.objects.bulk_create(drawn, batch_size=1000)
    known.update({public.photo_id: public.pk for public in drawn})
    Item.objects.bulk_create(
        [Item(release=release, public_id_id=known[d.photo_id], reading=d.reading) for d in decisions], batch_size=1000
    )
    release.state = ReleaseState.FROZEN
    release.frozen_at, release.frozen_by_id = timezone.now(), staff_id
    release.log_index = Head.objects.get().size
    release.save()
    _record(FROZEN, release, by=f"staff:{staff_id}", items=len(decisions), log_index=release.log_index)
    return release


@transaction.atomic
def begin_build(*, release_id: UUID) -> Release | None:
    """Count one try at building a frozen release, or None when it is not to be built (any more).

    One whose photos were read anew since is given up: what was frozen does not come back.
    """
    release = _locked(release_id)
    if release.state != ReleaseState.FROZEN or release.parked_at:
        return None
    if changed(standing_items(release), Rules.of(release)) == "read_again":
        abort(release_id=release_id, by="system", reason="read_again")
        return None
    # What a killed try left behind goes first: its key stands on the row, so nothing is orphaned.
    _destroy_archive(release)
    release.attempts += 1
    # A build that killed its worker three times is parked and shown rather than tried for ever.
    if release.attempts > MOST_TRIES:
        release.parked_at = timezone.now()
    else:
        release.archive_key = vault.new_key()
    release.save(update_fields=["attempts", "parked_at", "archive", "archive_key"])
    return None if release.parked_at else release


@transaction.atomic
def finish_build(
    *, release_id: UUID, archive: SealedObject, built: dict[UUID, str], manifest: str, manifest_sha256: str
) -> bool:
    """Accept a built archive; it is destroyed and False returned if a photo was withdrawn or read anew meanwhile.

    `built` maps each item's public id to the SHA-256 of its file.
    """
    release = _locked(release_id)
    items = list(standing_items(release))
    same = {item.public_id_id for item in items} == set(built)
    if release.state != ReleaseState.FROZEN or not same or changed(items, Rules.of(release)):
        if release.archive_key_id == archive.key_id:
            _destroy_archive(release)
            release.save(update_fields=["archive", "archive_key"])
        return False
    for item in items:
        item.sha256 = built[item.public_id_id]
    Item.objects.bulk_update(items, ["sha256"], batch_size=1000)
    release.state = ReleaseState.BUILT
    release.built_at = timezone.now()
    release.archive, release.archive_bytes = archive, archive.size
    release.manifest, release.signature = manifest, vault.sign(manifest.encode())
    release.save()
    _record(BUILT, release, by="system", items=len(items), manifest_sha256=manifest_sha256)
    return True


@transaction.atomic
def publish(*, release_id: UUID, staff_id: UUID) -> Release:
    """Let a second person publish a built release; the one before is superseded.

    Raises ReleaseNotPossible ("same_person"; "withdrawn" when a photo may not be used any more; "read_again" when the
    reading that counts is another one by now) and TransitionNotAllowed.
    """
    release = _locked(release_id)
    check(release.state, ReleaseState.PUBLISHED)
    if release.frozen_by_id == staff_id:
        raise ReleaseNotPossible("same_person")
    if code := changed(release.items.select_related("public_id", "reading"), Rules.of(release)):
        raise ReleaseNotPossible(code)
    for older in Release.objects.select_for_update().filter(audience=release.audience, state=ReleaseState.PUBLISHED):
        check(older.state, ReleaseState.SUPERSEDED)
        older.state, older.ended_at = ReleaseState.SUPERSEDED, timezone.now()
        older.save(update_fields=["state", "ended_at"])
        _record(SUPERSEDED, older, by=f"staff:{staff_id}")
    release.state = ReleaseState.PUBLISHED
    release.published_at, release.published_by_id = timezone.now(), staff_id
    release.save(update_fields=["state", "published_at", "published_by"])
    _record(PUBLISHED, release, by=f"staff:{staff_id}")
    return release


@transaction.atomic
def abort(*, release_id: UUID, by: str, reason: str) -> None:
    """Give up a release that is not published; what was built of it is destroyed. Raises TransitionNotAllowed."""
    release = _locked(release_id)
    check(release.state, ReleaseState.ABORTED)
    release.state, release.ended_at, release.end_reason = ReleaseState.ABORTED, timezone.now(), reason
    _destroy_archive(release)
    release.save()
    _record(ABORTED, release, by=by, reason=reason)


@transaction.atomic
def drop(*, photo_id: UUID) -> None:
    """Take a withdrawn photo out of every release: what is stored of them is destroyed, manifests stay. Idempotent."""
    items = Item.objects.filter(public_id__photo_id=photo_id, dropped_at__isnull=True)
    for release_id in sorted(set(items.values_list("release_id", flat=True))):
        release = _locked(release_id)
        release.items.filter(public_id__photo_id=photo_id).update(dropped_at=timezone.now())
        if release.state == ReleaseState.BUILT:
            abort(release_id=release_id, by="system", reason="withdrawn")
        else:
            _destroy_archive(release)
            release.save()
        _record(DROPPED, release, by="system", photo=str(photo_id))


def download(*, release_id: UUID, staff_id: UUID) -> tuple[Release, Iterator[bytes]]:
    """The archive's bytes, after the download was committed to the log.

    Raises ReleaseNotPossible("not_downloadable").
    """
    with transaction.atomic(durable=True):
        release = _locked(release_id)
        if not is_downloadable(release) or release.archive is None:
            raise ReleaseNotPossible("not_downloadable")
        fetched = Download.objects.create(release=release, staff_id=staff_id)
        _record(DOWNLOADED, release, by=f"staff:{staff_id}", download=str(fetched.id))
    return release, vault.open_object(release.archive)


def _locked(release_id: UUID) -> Release:
    return Release.objects.select_for_update().get(pk=release_id)


def _destroy_archive(release: Release) -> None:
    if release.archive_key is not None:
        vault.destroy_key(release.archive_key)
    release.archive = release.archive_key = None


def _record(kind: EventKind, release: Release, *, by: str, **data: Any) -> None:
    record(kind, subject=str(release.id), by=by, number=release.number, audience=release.audience, **data)
