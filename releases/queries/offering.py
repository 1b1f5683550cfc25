"""What a recipient finds of a release: its files, and whether each may be handed out at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet

from consent.models import Scope
from contributions import queries as contributions
from contributions.models import Photo
from releases.eligibility import Rules
from releases.models import Delivery, Item, Release
from releases.queries.files import File, files_of
from releases.queries.receiving import deliveries, refusal
from releases.queries.versions import version_url
from releases.transitions import GIVEN_OUT, ReleaseState
from screening import queries as screening

WITHDRAWN, SUPERSEDED = "withdrawn", "superseded"


@dataclass(frozen=True, slots=True)
class Offer:
    """One file as a recipient finds it; `closed` is "" or why it is not handed out: "withdrawn" or "superseded"."""

    file: File
    closed: str


def offers(release: Release) -> list[Offer]:
    """Every file of a release in the order of their paths, and what keeps it closed."""
    rows = release.items.order_by().values_list("shard", "public_id__photo", "dropped_at")
    standing = release.items.standing().order_by()
    # Compared here: to look so many up in a list of as many, the database needs memory that it may not have.
    allowed = set(_allowed(release, standing.values_list("public_id__photo", flat=True)).values_list("pk", flat=True))
    shut, gone = set(), False
    for shard, photo, dropped_at in rows.iterator(chunk_size=10_000):
        if dropped_at or photo not in allowed:
            shut.add(shard)
            gone = gone or not dropped_at
    return [
        Offer(file, _closed(release, file, is_shut=file.shard_id in shut if file.shard_id else gone))
        for file in files_of(release)
    ]


def closed_paths(release: Release) -> set[str]:
    """The paths of the files, papers apart, that nobody may fetch at this moment.

    Of a release that is handed out that is what its recipients are told; of any other, what is destroyed.
    """
    if release.state == ReleaseState.PUBLISHED:
        return {offer.file.path for offer in offers(release) if offer.closed and not offer.file.is_paper}
    return {file.path for file in files_of(release) if file.sealed_id is None and not file.is_paper}


def note_of(delivery: Delivery) -> dict[str, object]:
    """To whom and under which agreement this copy of a release was handed out, and until when its link opens."""
    return {
        "format": "my-pictures-matter/delivery/1",
        "delivery": str(delivery.pk),
        "institution": delivery.recipient.institution,
        "agreement": delivery.recipient.agreement,
        "audience": delivery.release.audience,
        "number": delivery.release.number,
        "manifest_sha256": delivery.release.manifest_sha256,
        "until": delivery.expires_at.isoformat(timespec="seconds"),
    }


def standing_of(release: Release) -> dict[str, str]:
    """For programs: whether a version is published, superseded or retracted, and the address that tells of it."""
    return {"state": release.state, "page": settings.SITE_URL + version_url(release.audience, release.number)}


def file_of(release: Release, path: str) -> File | None:
    """The file of a release with this path, or None. Paths are compared, and lead nowhere else."""
    return next((file for file in files_of(release) if file.path == path), None)


def closed(release: Release, file: File) -> str:
    """What keeps this file of a release closed at this moment: "", "withdrawn" or "superseded"."""
    if file.is_paper or file.sealed_id is None:
        return _closed(release, file, is_shut=False)
    items = release.items.standing() if file.shard_id is None else release.items.filter(shard=file.shard_id)
    return _closed(release, file, is_shut=not _all_allowed(release, items))


def is_still_open(delivery: Delivery, file: File) -> bool:
    """Whether what began to be sent may go on: all is asked anew that was asked before its first byte.

    Also whether the path still names the very bytes that are on their way.
    """
    now = deliveries().get(pk=delivery.pk)
    is_same = file_of(now.release, file.path) == file
    return is_same and file.sealed_id is not None and not refusal(now) and not closed(now.release, file)


def _closed(release: Release, file: File, *, is_shut: bool) -> str:
    if release.state not in GIVEN_OUT:
        return SUPERSEDED
    if file.is_paper:
        return "" if file.sealed_id else SUPERSEDED
    if release.state != ReleaseState.PUBLISHED:
        return SUPERSEDED
    return WITHDRAWN if is_shut or file.sealed_id is None else ""


def _all_allowed(release: Release, items: QuerySet[Item]) -> bool:
    """Whether none of these left and every photo of theirs may be handed out at this moment."""
    if items.filter(dropped_at__isnull=False).exists():
        return False
    photos = items.order_by().values_list("public_id__photo", flat=True)
    count = items.aggregate(all=Count("public_id__photo", distinct=True))["all"]
    return bool(_allowed(release, photos).count() == count)


def _allowed(release: Release, photos: Iterable[UUID]) -> QuerySet[Photo]:
    """Those of these photos that screening lets through and that are agreed to for all that the release asks."""
    needed = Rules.of(release).needed
    found = screening.servable().filter(pk__in=photos).order_by()
    # What screening lets through is agreed to for research.
    if needed <= {Scope.RESEARCH}:
        return found
    return found.filter(pk__in=contributions.in_use(scopes=needed).filter(pk__in=photos).values("pk"))
