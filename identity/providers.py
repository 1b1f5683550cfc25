"""A mail provider reached by Anymail: its reports of mails that came back. Imported only when one is configured."""

import re
from typing import Any
from uuid import UUID

from anymail.signals import tracking
from anymail.urls import urlpatterns as every_provider
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern

from identity.actions import record_bounce
from identity.refusals import UNSAID

_ENHANCED = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])", re.ASCII)


def webhook() -> list[URLPattern]:
    """The one address that the configured provider calls; none without a secret that it shows."""
    if not settings.MAIL_WEBHOOK_SECRET:
        return []
    name = f"{settings.MAIL_PROVIDER}_tracking_webhook"
    found = [pattern for pattern in every_provider if isinstance(pattern, URLPattern) and pattern.name == name]
    if not found:
        raise ImproperlyConfigured(f"Anymail knows no reports of a provider {settings.MAIL_PROVIDER}.")
    return found


def connect() -> None:
    """Listen to Anymail, which checked the secret and read the report by then."""
    tracking.connect(take, dispatch_uid="identity.providers.take")


def take(*, event: Any, **_others: object) -> None:
    """Record the mail of a report, if it came back for good; late ones ("deferred") and all others are left.

    Anybody who knows the secret can send anything: an id that is none is left, too.
    """
    if event.event_type != "bounced":
        return
    try:
        mail = UUID(str((event.metadata or {}).get("mail")))
    except ValueError:
        return
    said = _ENHANCED.search(str(event.mta_response or ""))
    record_bounce(mail=mail, status=said[0] if said else UNSAID)
