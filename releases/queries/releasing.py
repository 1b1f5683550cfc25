"""What the curator's pages of releases, the builder and the auditor's desk read."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from audit.models import Event
from audit.queries import AUDITOR, Panel, id_in, told, unlike
from releases.models import Item, Release, Update, Use, WithdrawalNotice
from releases.queries.items import left_since
from releases.queries.received import missing_of_receiving
from releases.transitions import ReleaseState, UpdateState

OF_RELEASES = {
    "release:drafted": ("release_unknown", lambda row: row is not None),
    "release:frozen": ("release_not_frozen", lambda row: row.frozen_at is not None),
    "release:built": ("release_not_built", lambda row: row.built_at is not None),
    "release:published": ("release_not_published", lambda row: row.published_at is not None),
    "release:superseded": (
        "release_not_superseded",
        lambda row: row.state in {ReleaseState.SUPERSEDED, ReleaseState.RETRACTED},
    ),
    "release:retracted": ("release_not_retracted", lambda row: row.state == ReleaseState.RETRACTED),
    "release:aborted": ("release_not_aborted", lambda row: row.state == ReleaseState.ABORTED),
}

OF_USES = {
    "use:told": ("use_unknown", lambda row: row is not None),
    "use:ended": ("use_not_ended", lambda row: row.ended_at is not None),
}

OF_UPDATES = {
    "update:drafted": ("update_unknown", lambda row: row is not None),
    "update:approved": ("update_not_approved", lambda row: row.approved_at is not None),
    "update:mailed": ("update_not_mailed", lambda row: row.mailed_at is not None),
    "update:dropped": ("update_not_dropped", lambda row: row.state == UpdateState.DROPPED),
    "update:taken_down": ("update_not_taken_down", lambda row: row.state == UpdateState.TAKEN_DOWN),
}


def releases() -> QuerySet[Release]:
    """Every release, newest first, with the number of photos that left since they were given out (`left`)."""
    left = left_since().filter(release=OuterRef("pk")).order_by().values("release")
    counted = Subquery(left.annotate(number=Count("pk")).values("number"))
    return Release.objects.annotate(left=Coalesce(counted, 0)).order_by("-drafted_at")


def published(audience: str) -> Release | None:
    """The release of this audience that is handed out now."""
    return Release.objects.filter(audience=audience, state=ReleaseState.PUBLISHED).first()


def open_release(audience: str) -> Release | None:
    """The release of this audience that is being made: drafted, frozen or built."""
    return Release.objects.filter(
        audience=audience, state__in=[ReleaseState.DRAFT, ReleaseState.FROZEN, ReleaseState.BUILT]
    ).first()


def waiting_builds() -> QuerySet[Release]:
    """Frozen releases that a worker has still to build."""
    return Release.objects.filter(state=ReleaseState.FROZEN, parked_at__isnull=True).order_by("frozen_at")


def audit_panel() -> Panel:
    """How many releases stand in each state, as the auditor's own role reads them."""
    found = dict(Release.objects.using(AUDITOR).order_by().values_list("state").annotate(Count("pk")))
    rows: list[tuple[str, object]] = [(str(state.label), found.get(state.value, 0)) for state in ReleaseState]
    return Panel(title=_("Releases"), rows=rows)


def missing_by_log() -> Iterator[str]:
    """A code word and an id for each release, update and dropped photo that is not as the log tells."""
    yield from unlike(OF_RELEASES, Release.objects.only("state", "frozen_at", "built_at", "published_at"))
    yield from unlike(OF_USES, Use.objects.only("ended_at"))
    yield from unlike(OF_UPDATES, Update.objects.only("state", "approved_at", "mailed_at"))
    yield from told("release:photo_dropped", read=_dropped, compare=_not_dropped)
    yield from told("withdrawals:announced", read=_announced, compare=_not_told)
    yield from missing_of_receiving()


def _announced(entry: Event) -> tuple[str, int, str]:
    return str(entry.data["audience"]), int(entry.data["number"]), str(entry.data["sha256"])


def _not_told(batch: list[tuple[Event, tuple[str, int, str]]]) -> Iterator[str]:
    rows = WithdrawalNotice.objects.values_list("audience", "number", "text")
    kept = {(audience, number): hashlib.sha256(text.encode()).hexdigest() for audience, number, text in rows}
    fields = (
        (f"{audience}:{number}", kept.get((audience, number)) == one) for _entry, (audience, number, one) in batch
    )
    return (f"notice_unknown {name}" for name, is_kept in fields if not is_kept)


def _dropped(entry: Event) -> tuple[UUID, UUID]:
    return UUID(entry.subject), id_in(entry, "photo")


def _not_dropped(batch: list[tuple[Event, tuple[UUID, UUID]]]) -> Iterator[str]:
    pairs = [pair for _entry, pair in batch]
    standing = Item.objects.standing().filter(release__in=[release for release, _photo in pairs])
    there = standing.filter(public_id__photo__in=[photo for _release, photo in pairs])
    kept = set(there.values_list("release", "public_id__photo"))
    return (f"photo_not_dropped {photo}" for release, photo in pairs if (release, photo) in kept)
