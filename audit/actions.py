"""The one way into the log, and the regular look at whether it is still whole."""

import logging
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from audit import queries
from audit.content import NotForTheLog, Value, canonical, check_actor, check_subject
from audit.models import EventKind, Verification

__all__ = ["NotForTheLog", "RecordedOutsideTransaction", "note_verification", "record"]

VERIFICATIONS_KEPT = timedelta(days=30)
logger = logging.getLogger(__name__)


class RecordedOutsideTransaction(RuntimeError):
    """An event was recorded outside of a transaction, so it could be kept while its change is lost, or the reverse."""


def record(kind: EventKind, /, *, subject: object, by: str, **data: Value) -> None:
    """Record that `by` did this to `subject`. The entry is sealed when the surrounding transaction commits.

    Raises RecordedOutsideTransaction, FieldsDoNotMatch (fields that the kind does not declare, or lacks) and
    NotForTheLog (anything that is not an id, a number, a date or a short code word).
    """
    if not connection.in_atomic_block:
        raise RecordedOutsideTransaction(f"{kind.name} must be recorded inside transaction.atomic().")
    kind.check_fields(data)
    check_subject(str(subject))
    check_actor(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.record(%s, %s, %s, %s)", [kind.name, by, str(subject), canonical(data)])


def note_verification() -> Verification:
    """Recompute the log and keep the result for the auditor's desk; a bad entry is also an error in the site's own log.

    It records no event: the log would grow by looking at it.
    """
    checked_at = timezone.now()
    checked = queries.verify_stored(using=DEFAULT_DB_ALIAS)
    if not checked.whole:
        logger.error("The log is not whole: entry %s (%s).", checked.first_bad, checked.reason)
    with transaction.atomic():
        Verification.objects.filter(checked_at__lt=checked_at - VERIFICATIONS_KEPT, first_bad__isnull=True).delete()
        return Verification.objects.create(
            checked_at=checked_at, size=checked.size, first_bad=checked.first_bad, reason=checked.reason
        )
