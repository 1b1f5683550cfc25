"""Who holds which release, and which withdrawal notices they have not confirmed."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Max, Min
from django.utils import timezone

from releases.models import Delivery, Download, PruneReport, Recipient, Release
from releases.papers.paths import PAYLOAD_FOLDER, SHARDS_FOLDER
from releases.queries.items import given_out
from releases.queries.receiving import deliveries


class Behind(NamedTuple):
    """A notice that a copy's holder has not confirmed, and since when they could have.

    Number 0: the whole release was taken back, and nothing of it may be kept.
    """

    number: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """One release at one recipient. `delivery` is the newest by which files were fetched, `files` how many different.

    `report` is the last one, whose document is read only when asked for; `behind` are the notices that name photos of
    this release and are not confirmed, the oldest first; `left` how many photos the last report says are left, None
    without one. `is_deleted`: they say that nothing is left of it, or every photo of it was taken back and deleted.
    """

    delivery: Delivery
    fetched_at: datetime
    files: int
    report: PruneReport | None
    confirmed: int
    left: int | None
    is_deleted: bool
    behind: tuple[Behind, ...]

    @property
    def recipient(self) -> Recipient:
        """Who holds it."""
        return self.delivery.recipient

    @property
    def release(self) -> Release:
        """What they hold."""
        return self.delivery.release

    @property
    def reported_at(self) -> datetime | None:
        """When the last report came."""
        return self.report.uploaded_at if self.report else None

    @property
    def is_stated(self) -> bool:
        """Whether the last report is no more than somebody's word about photos that they fetched.

        That is a statement without the program, and a report that calls files absent which were handed out: what was
        in those, nobody counted.
        """
        if self.report is None:
            return False
        absent = json.loads(self.report.document).get("absent")
        return absent is None or not fetched_shards(self.delivery).isdisjoint(absent)

    @property
    def due_at(self) -> datetime | None:
        """Until when the oldest unconfirmed notice has to be confirmed; None where nothing is open."""
        return self.behind[0].since + timedelta(days=settings.REFRESH_DAYS) if self.behind else None

    @property
    def is_late(self) -> bool:
        """Whether that day has passed."""
        return self.due_at is not None and self.due_at < timezone.now()


class _Fetched(NamedTuple):
    first: datetime
    last: datetime
    files: int


def holdings(*, release: Release | None = None, recipient: Recipient | None = None) -> list[Holding]:
    """What was fetched and by whom: those that are behind first, the longest waiting first."""
    given = deliveries().filter(**_only(release=release, recipient=recipient)).order_by("made_at")
    fetched = _fetched(given.values_list("pk", flat=True))
    last = {(one.recipient_id, one.release_id): one for one in given if one.pk in fetched}
    notices = _notices({one.release_id for one in last.values()})
    reports = _reports({one.pk for one in given})
    by_pair: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for one in given:
        by_pair[one.recipient_id, one.release_id].append(one.pk)
    found = [
        _holding(
            one,
            [fetched[pk] for pk in by_pair[pair] if pk in fetched],
            [report for pk in by_pair[pair] for report in reports[pk]],
            notices[one.release_id],
        )
        for pair, one in last.items()
    ]
    return sorted(found, key=lambda one: (not one.behind, one.behind[0].since if one.behind else one.fetched_at))


def holding_of(delivery: Delivery) -> Holding | None:
    """What this delivery's recipient holds of its release; None where no photo and no annotation was fetched."""
    return next(iter(holdings(release=delivery.release, recipient=delivery.recipient)), None)


def behind_of(delivery: Delivery) -> tuple[Behind, ...]:
    """The notices that the holder of this delivery's release has not confirmed."""
    held = holding_of(delivery)
    return held.behind if held else ()


def fetched_shards(delivery: Delivery) -> set[str]:
    """The paths of the shards that this delivery's recipient fetched of its release, by whichever link."""
    fetched = Download.objects.filter(
        delivery__recipient=delivery.recipient_id,
        delivery__release=delivery.release_id,
        path__startswith=SHARDS_FOLDER,
    )
    return set(fetched.values_list("path", flat=True).distinct())


def _only(**wanted: object) -> dict[str, object]:
    return {name: value for name, value in wanted.items() if value is not None}


def _holding(
    delivery: Delivery, fetched: list[_Fetched], reports: list[PruneReport], notices: list[tuple[int, datetime]]
) -> Holding:
    first = min(one.first for one in fetched)
    newest = max(reports, key=lambda one: one.uploaded_at, default=None)
    # What was fetched after a report is in no report.
    if newest and newest.uploaded_at < max(one.last for one in fetched):
        left = None if newest.left == 0 else newest.left
    else:
        left = newest.left if newest else None
    confirmed = max([delivery.release.notices, *(one.notice_number for one in reports)])
    open_notices = [Behind(number, max(at, first)) for number, at in notices if number > confirmed]
    is_deleted = left == 0 and newest is not None and _is_of_all(newest, delivery.release)
    if retracted_at := delivery.release.retracted_at:
        open_notices.append(Behind(0, retracted_at))
    return Holding(
        delivery=delivery,
        fetched_at=first,
        files=sum(one.files for one in fetched),
        report=newest,
        confirmed=confirmed,
        left=left,
        is_deleted=is_deleted,
        behind=() if is_deleted else tuple(sorted(open_notices, key=lambda one: one.since)),
    )


def _is_of_all(report: PruneReport, release: Release) -> bool:
    """Whether a report by which no photo is left tells of them all: by their word, or because all were taken back.

    The program's report of a copy to which some photos never came tells of what it had.
    """
    said = json.loads(report.document)
    return "absent" not in said or len(said["deleted"]) >= release.photos


def _fetched(given: Iterable[UUID]) -> dict[UUID, _Fetched]:
    """When photos or annotations were fetched by each of these deliveries, and how many files."""
    rows = Download.objects.filter(delivery__in=given, path__startswith=PAYLOAD_FOLDER).order_by().values("delivery")
    counted = rows.annotate(first=Min("at"), last=Max("at"), files=Count("path", distinct=True))
    return {row["delivery"]: _Fetched(row["first"], row["last"], row["files"]) for row in counted}


def _reports(given: Iterable[UUID]) -> dict[UUID, list[PruneReport]]:
    found: dict[UUID, list[PruneReport]] = defaultdict(list)
    for report in PruneReport.objects.filter(delivery__in=given).defer("document"):
        found[report.delivery_id].append(report)
    return found


def _notices(releases: Iterable[UUID]) -> dict[UUID, list[tuple[int, datetime]]]:
    """By release, the notices that name a photo that it was published with, in their order."""
    rows = given_out().filter(
        release__in=releases,
        public_id__notices__notice__number__gt=F("release__notices"),
        public_id__notices__notice__audience=F("release__audience"),
    )
    found: dict[UUID, list[tuple[int, datetime]]] = defaultdict(list)
    names = ("release", "public_id__notices__notice__number", "public_id__notices__notice__at")
    for release, number, at in rows.order_by(*names).values_list(*names).distinct():
        found[release].append((number, at))
    return found
