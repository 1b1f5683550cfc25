"""What the curator's pages of releases, the builder and the auditor's desk read."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from audit.models import Event
from audit.queries import AUDITOR, Panel, absent, id_in, told, unlike
from releases.models import Download, Item, Release, Update
from releases.transitions import ReleaseState, UpdateState
from screening import queries as screening

OF_RELEASES = {
    "release:drafted": ("release_unknown", lambda row: row is not None),
    "release:frozen": ("release_not_frozen", lambda row: row.frozen_at is not None),
    "release:built": ("release_not_built", lambda row: row.built_at is not None),
    "release:published": ("release_not_published", lambda row: row.published_at is not None),
    "release:superseded": (
        "release_not_superseded",
        lambda row: row.state in {ReleaseState.SUPERSEDED, ReleaseState.RETRACTED},
    ),
    "release:aborted": ("release_not_aborted", lambda row: row.state == ReleaseState.ABORTED),
}

OF_UPDATES = {
    "update:drafted": ("update_unknown", lambda row: row is not None),
    "update:approved": ("update_not_approved", lambda row: row.approved_at is not None),
    "update:dropped": ("update_not_dropped", lambda row: row.state == UpdateState.DROPPED),
    "update:taken_down": ("update_not_taken_down", lambda row: row.state == UpdateState.TAKEN_DOWN),
}


def releases() -> QuerySet[Release]:
    """Every release, newest first, with the number of items and of those dropped since."""
    return Release.objects.annotate(
        item_count=Count("items"), dropped_count=Count("items", filter=Q(items__dropped_at__isnull=False))
    ).order_by("-drafted_at")


def open_release(audience: str) -> Release | None:
    """The release of this audience that is being made: drafted, frozen or built."""
    return Release.objects.filter(
        audience=audience, state__in=[ReleaseState.DRAFT, ReleaseState.FROZEN, ReleaseState.BUILT]
    ).first()


def standing_items(release: Release) -> QuerySet[Item]:
    """The items of a release that nobody has withdrawn, in the order of their public ids."""
    return (
        release.items.filter(dropped_at__isnull=True)
        .select_related("public_id__photo__full", "reading")
        .order_by("public_id")
    )


def is_downloadable(release: Release) -> bool:
    """Whether the archive may be handed out: published, there, and every photo in it servable at this moment.

    What was withdrawn, or is held or locked since, keeps the whole archive back.
    """
    return (
        release.state == ReleaseState.PUBLISHED
        and release.archive_id is not None
        and not release.items.exclude(public_id__photo__in=screening.servable()).exists()
    )


def waiting_builds() -> QuerySet[Release]:
    """Frozen releases that a worker has still to build."""
    return Release.objects.filter(state=ReleaseState.FROZEN, parked_at__isnull=True).order_by("frozen_at")


def audit_panel() -> Panel:
    """How many releases stand in each state, as the auditor's own role reads them."""
    found = dict(Release.objects.using(AUDITOR).order_by().values_list("state").annotate(Count("pk")))
    rows: list[tuple[str, object]] = [(str(state.label), found.get(state.value, 0)) for state in ReleaseState]
    return Panel(title=_("Releases"), rows=rows)


def missing_by_log() -> Iterator[str]:
    """A code word and an id for each release, update, dropped photo and download that is not as the log tells."""
    yield from unlike(OF_RELEASES, Release.objects.only("state", "frozen_at", "built_at", "published_at"))
    yield from unlike(OF_UPDATES, Update.objects.only("state", "approved_at"))
    yield from told("release:photo_dropped", read=_dropped, compare=_not_dropped)
    yield from absent("download_unknown", "release:downloaded", field="download", rows=Download.objects.all(), key="pk")


def _dropped(entry: Event) -> tuple[UUID, UUID]:
    return UUID(entry.subject), id_in(entry, "photo")


def _not_dropped(batch: list[tuple[Event, tuple[UUID, UUID]]]) -> Iterator[str]:
    pairs = [pair for _entry, pair in batch]
    standing = Item.objects.filter(release__in=[release for release, _photo in pairs], dropped_at__isnull=True)
    there = standing.filter(public_id__photo__in=[photo for _release, photo in pairs])
    kept = set(there.values_list("release", "public_id__photo"))
    return (f"photo_not_dropped {photo}" for release, photo in pairs if (release, photo) in kept)
