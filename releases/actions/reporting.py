"""What a recipient reports: which photos were deleted from its copy, or that nothing of it is left."""

import json
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.models import Delivery, PruneReport
from releases.queries import deliveries, may_report, newest_notice
from releases.reports import check_report
from releases.transitions import ReleaseState

FIELDS = ("recipient", "release", "report", "notice", "left", "sha256")
REPORTED = EventKind(
    "delivery:reported",
    "{actor} sent the report of a copy: the program deleted photos up to withdrawal notice {notice}; photos left: "
    "{left}.",
    fields=FIELDS,
)
PASSED_ON = EventKind(
    "delivery:report_passed_on",
    "{actor} passed on the report of a copy of recipient {recipient}: the program deleted photos up to withdrawal "
    "notice {notice}; photos left: {left}.",
    fields=FIELDS,
)
UNSETTLED = EventKind(
    "delivery:report_unsettled",
    "{actor} sent the report of a copy of a release that was taken back. That does not settle it, for nothing of it "
    "may be kept; photos left: {left}.",
    fields=FIELDS,
)
STATED = EventKind(
    "delivery:deletion_stated",
    "{actor} stated that every copy of a release is deleted. Nobody counted that.",
    fields=FIELDS,
)
STATEMENT = "my-pictures-matter/deletion-statement/1"


class ReportNotPossible(Exception):
    """The report is not taken; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: ended."""
        super().__init__(code)
        self.code = code


@transaction.atomic
def report(*, delivery_id: UUID, document: str, staff_id: UUID | None = None) -> PruneReport:
    """Take a report of the script about the copy of this delivery's release. The same one again is taken once.

    A curator (`staff_id`) may pass on what came by another way. Raises ReportNotPossible and reports.ReportNotGood.
    """
    delivery = _locked(delivery_id, staff_id)
    notice = check_report(delivery, document)
    left: int = json.loads(document)["left"]
    kind = _kind(delivery, left, staff_id)
    return _kept(delivery, kind, document=document, notice=notice, left=left, staff_id=staff_id)


@transaction.atomic
def state_deleted(*, delivery_id: UUID, signed_off_by: str, staff_id: UUID | None = None) -> PruneReport:
    """Take somebody's word that every copy of this delivery's release was deleted. Raises ReportNotPossible."""
    delivery = _locked(delivery_id, staff_id)
    release = delivery.release
    notice = newest_notice(release.audience)
    statement = {
        "format": STATEMENT,
        "release": str(release.pk),
        "audience": release.audience,
        "number": release.number,
        "manifest_sha256": release.manifest_sha256,
        "at": timezone.now().isoformat(timespec="seconds"),
        "signed_off_by": signed_off_by,
    }
    document = json.dumps(statement, sort_keys=True, ensure_ascii=False)
    return _kept(delivery, STATED, document=document, notice=notice, left=0, staff_id=staff_id)


def _locked(delivery_id: UUID, staff_id: UUID | None) -> Delivery:
    delivery = deliveries().select_for_update(of=("self",)).get(pk=delivery_id)
    if staff_id is None and not may_report(delivery):
        raise ReportNotPossible("ended")
    return delivery


def _kind(delivery: Delivery, left: int, staff_id: UUID | None) -> EventKind:
    if left and delivery.release.state == ReleaseState.RETRACTED:
        return UNSETTLED
    return PASSED_ON if staff_id else REPORTED


def _kept(
    delivery: Delivery, kind: EventKind, *, document: str, notice: int, left: int, staff_id: UUID | None
) -> PruneReport:
    if before := delivery.reports.filter(document=document).first():
        return before
    kept = PruneReport.objects.create(delivery=delivery, notice_number=notice, left=left, document=document)
    record(
        kind,
        subject=str(delivery.pk),
        by=f"staff:{staff_id}" if staff_id else f"recipient:{delivery.recipient_id}",
        recipient=str(delivery.recipient_id),
        release=str(delivery.release_id),
        report=str(kept.pk),
        notice=notice,
        left=left,
        sha256=sha256(document.encode()).hexdigest(),
    )
    return kept
