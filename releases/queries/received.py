"""What the log tells of recipients and deliveries, compared with the tables."""

from collections.abc import Iterator

from audit.queries import absent, unlike
from releases.models import Delivery, Download, PruneReport, Recipient

OF_RECIPIENTS = {
    "recipient:entered": ("recipient_unknown", lambda row: row is not None),
    "recipient:approved": ("recipient_not_approved", lambda row: row.approved_at is not None),
    "recipient:ended": ("recipient_not_ended", lambda row: row.ended_at is not None),
}
OF_DELIVERIES = {
    "delivery:made": ("delivery_unknown", lambda row: row is not None),
    "delivery:ended": ("delivery_not_ended", lambda row: row.ended_at is not None),
}

REPORTS = (
    "delivery:reported",
    "delivery:report_passed_on",
    "delivery:report_unsettled",
    "delivery:deletion_stated",
)


def missing_of_receiving() -> Iterator[str]:
    """A code word and an id for each recipient, delivery, download and report that is not as the log tells."""
    yield from unlike(OF_RECIPIENTS, Recipient.objects.only("approved_at", "ended_at"))
    yield from unlike(OF_DELIVERIES, Delivery.objects.only("ended_at"))
    yield from absent("download_unknown", "delivery:fetched", field="download", rows=Download.objects.all(), key="pk")
    yield from absent("report_unknown", *REPORTS, field="report", rows=PruneReport.objects.all(), key="pk")
