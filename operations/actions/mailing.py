"""Mails what stands to those who run the site: at once, then every day. No name, no id, no value is in it."""

import logging
import smtplib
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from operations.queries import standing, told, worst_first

logger = logging.getLogger(__name__)
AGAIN_AFTER: Final = timedelta(days=1)


@transaction.atomic
def mail_alarms() -> int:
    """One mail about every alarm that nobody was told of, or was told of a day ago; how many alarms it names."""
    if not settings.ALARM_MAIL_TO:
        return 0
    now = timezone.now()
    due = standing().filter(Q(mailed_at__isnull=True) | Q(mailed_at__lte=now - AGAIN_AFTER))
    alarms = list(due.select_for_update(skip_locked=True))
    if not alarms:
        return 0
    subject = ngettext("%(number)d alarm", "%(number)d alarms", len(alarms)) % {"number": len(alarms)}
    page = f"{settings.SITE_URL}{reverse('operations:system')}"
    text = render_to_string(
        "operations/mail/alarms.txt", {"alarms": [told(alarm) for alarm in worst_first(alarms)], "page": page}
    )
    try:
        send_mail(f"{settings.CAMPAIGN['name']}: {subject}", text, None, settings.ALARM_MAIL_TO)
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("Alarms could not be mailed: %s", type(error).__name__)
        return 0
    standing().filter(pk__in=[alarm.pk for alarm in alarms]).update(mailed_at=now, mails=F("mails") + 1)
    return len(alarms)
