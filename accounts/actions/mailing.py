"""Mails to staff. Each row is its own job: what was not sent yet waits."""

import logging
import smtplib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import Invitation, SignInChange
from accounts.tokens import link_for, token_for, token_hash

log = logging.getLogger(__name__)


def send_invitations() -> int:
    """Mail every invitation that works and was not sent yet; how many went. A failing one waits for the next call."""
    unsent = Invitation.objects.working().filter(sent_at=None)
    return sum(_send_invitation(pk) for pk in unsent.values_list("pk", flat=True))


def tell_changes() -> int:
    """Mail each person what was changed about how they sign in; how many mails went."""
    waiting = SignInChange.objects.filter(sent_at=None)
    return sum(_tell_change(pk) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _send_invitation(pk: UUID) -> bool:
    row = Invitation.objects.working().select_for_update(skip_locked=True).filter(pk=pk, sent_at=None).first()
    if row is None:
        return False
    context = {"link": link_for(row.id), "invitation": row}
    if not _mail(row.email, gettext("Your invitation"), "invitation", context, f"Invitation {row.id}"):
        return False
    # The secret that the link is made from may be another than when the row was written.
    row.sent_at, row.token_hash = timezone.now(), token_hash(token_for(row.id))
    row.save(update_fields=["sent_at", "token_hash"])
    return True


@transaction.atomic
def _tell_change(pk: UUID) -> bool:
    rows = SignInChange.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    row = rows.filter(pk=pk, sent_at=None).first()
    if row is None:
        return False
    context = {
        "change": row,
        "campaign_name": settings.CAMPAIGN["name"],
        "page": settings.SITE_URL + reverse("accounts:sign_ins"),
    }
    subject = gettext("How you sign in was changed")
    if not _mail(row.person.email, subject, "sign_in_changed", context, f"Change {row.id}"):
        return False
    row.sent_at = timezone.now()
    row.save(update_fields=["sent_at"])
    return True


def _mail(address: str, subject: str, template: str, context: dict[str, Any], about: str) -> bool:
    """Send one mail, in English as the staff pages are; False when the mail server refuses, so that it waits."""
    with translation.override("en"):
        text = render_to_string(f"accounts/mail/{template}.txt", context)
    try:
        send_mail(subject, text, None, [address])
    except (smtplib.SMTPException, OSError) as error:
        log.warning("%s could not be sent: %s", about, type(error).__name__)
        return False
    return True
