"""Mails to recipients. A row is the job: what was written and not sent is sent by the next call.

A mail server may take its time, so no transaction is open meanwhile: the row is held by a lock of the connection, and
marked once the mail is out. A worker that is killed between the two leaves a mail that goes out twice, never none.
"""

import logging
import smtplib
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from releases.few import FEWEST, is_few
from releases.locking import alone_with
from releases.models import Delivery, Reminder
from releases.papers.paths import PROGRAM
from releases.queries import behind_of, files_of, key_fingerprint, may_report, open_deliveries, version_url
from releases.tokens import link_for

log = logging.getLogger(__name__)


def send_links() -> int:
    """Mail the links that were not mailed yet; how many went. A failing one waits for the next call."""
    waiting = open_deliveries().filter(sent_at__isnull=True).order_by("made_at")
    return sum(_send_link(pk) for pk in list(waiting.values_list("pk", flat=True)))


def send_reminders() -> int:
    """Mail the reminders that were not mailed yet, unless a report came meanwhile; how many went."""
    waiting = Reminder.objects.filter(sent_at__isnull=True).order_by("pk")
    return sum(_send_reminder(pk) for pk in list(waiting.values_list("pk", flat=True)))


def _send_link(delivery_id: UUID) -> bool:
    with alone_with(delivery_id) as mine:
        delivery = open_deliveries().filter(pk=delivery_id, sent_at__isnull=True).first() if mine else None
        if delivery is None or not _mail(delivery, "delivery", _handing_out(delivery)):
            return False
        Delivery.objects.filter(pk=delivery_id).update(sent_at=timezone.now())
        return True


def _send_reminder(reminder_id: int) -> bool:
    with alone_with(f"reminder {reminder_id}") as mine:
        waiting = Reminder.objects.filter(pk=reminder_id, sent_at__isnull=True)
        reminder = waiting.select_related("delivery__recipient", "delivery__release").first() if mine else None
        if reminder is None:
            return False
        behind = [one.number for one in behind_of(reminder.delivery)]
        if reminder.notice_number not in behind:
            reminder.delete()
            return False
        if not _mail(reminder.delivery, "reminder", _reminding(reminder, behind)):
            return False
        Reminder.objects.filter(pk=reminder_id).update(sent_at=timezone.now())
        return True


def _handing_out(delivery: Delivery) -> dict[str, Any]:
    release = delivery.release
    return {
        "link": link_for(delivery.pk),
        # As the papers of the version tell it.
        "photos": "" if is_few(release.photos) else release.photos,
        "fewest": FEWEST,
        "octets": sum(file.size for file in files_of(release)),
        "program": PROGRAM,
        "key": key_fingerprint(),
        "key_page": settings.SITE_URL + reverse("releases:key"),
    }


def _reminding(reminder: Reminder, behind: Collection[int]) -> dict[str, Any]:
    delivery = reminder.delivery
    return {
        "reminder": reminder,
        "notices": ", ".join(str(number) for number in behind if number),
        "is_retracted": 0 in behind,
        "version": settings.SITE_URL + version_url(delivery.release.audience, delivery.release.number),
        "link": link_for(delivery.pk) if may_report(delivery) else "",
    }


def _mail(delivery: Delivery, kind: str, context: dict[str, Any]) -> bool:
    """Send one mail; False when the mail server refuses, so that it waits."""
    # Recipients are written to in one language: the one that their agreement is in.
    with translation.override(settings.LANGUAGE_CODE):
        subjects = {"delivery": gettext("Your link to the dataset"), "reminder": gettext("Photos to delete")}
        said = {"delivery": delivery, "site": settings.SITE_URL, "campaign": settings.CAMPAIGN, **context}
        text = render_to_string(f"releases/mail/{kind}.txt", said)
        try:
            send_mail(subjects[kind], text, None, [delivery.recipient.address])
        except (smtplib.SMTPException, OSError) as error:
            log.warning("A mail about delivery %s could not be sent: %s", delivery.pk, type(error).__name__)
            return False
    return True
