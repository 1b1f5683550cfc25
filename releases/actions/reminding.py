"""Reminding those who hold a copy of what has to go from it, until they report that it went (requirement D9)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.models import Delivery, Reminder
from releases.queries import Holding, holdings

REMINDED = EventKind(
    "delivery:reminded",
    "Recipient {recipient} was reminded of withdrawal notice {notice} (mail {step} about it).",
    fields=("recipient", "notice", "step"),
)


def write_reminders() -> int:
    """Write the mails that are due to holders who have not reported; how many. A second time writes nothing more."""
    now = timezone.now()
    due = [(one, notice, step) for one in holdings() if one.behind for notice, step in _due(one, now)]
    return sum(_write(one, notice, step) for one, notice, step in due)


def _due(holding: Holding, now: datetime) -> Iterator[tuple[int, int]]:
    """Each new notice is told once; later mails count from the oldest, because one report answers all of them."""
    yield holding.behind[-1].number, 0
    oldest = holding.behind[0]
    passed = [n for n, days in enumerate(settings.REFRESH_REMINDERS) if oldest.since + timedelta(days=days) <= now]
    # After a standstill one mail goes out, not every one that was missed.
    if passed and passed[-1]:
        yield oldest.number, passed[-1]


@transaction.atomic
def _write(holding: Holding, notice: int, step: int) -> bool:
    delivery = Delivery.objects.select_for_update().get(pk=holding.delivery.pk)
    written = Reminder.objects.filter(
        delivery__recipient=delivery.recipient_id, delivery__release=delivery.release_id, notice_number=notice
    )
    if written.filter(step__gte=step).exists():
        return False
    Reminder.objects.create(delivery=delivery, notice_number=notice, step=step)
    recipient = str(delivery.recipient_id)
    record(REMINDED, subject=str(delivery.pk), by="system", recipient=recipient, notice=notice, step=step)
    return True
