"""A mail as it is sent: text and plain HTML in the person's language, with a subject that says nothing."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from identity.actions.receipts import DOCUMENT, PROOF
from identity.models import REMINDERS, Identity, Link, Mail
from identity.queries import last_day
from identity.sealing import open_context, open_text

SUBJECTS = {
    Mail.Kind.CONSENT_LINK: _("Your link"),
    Mail.Kind.MANAGE_LINK: _("Your link"),
    Mail.Kind.RECEIPT: _("Your receipt"),
    Mail.Kind.INVITATION: _("A question for you"),
    Mail.Kind.CLAIM_LINK: _("Your link"),
    Mail.Kind.CLAIM_ANSWER: _("Our answer"),
    Mail.Kind.REMINDER: _("Please answer again"),
    Mail.Kind.MORE: _("Your link"),
    Mail.Kind.UPDATE: _("News that you asked for"),
}
# Where one click stops mails of this kind; every other mail's link opens a page of its own.
STOPS = {
    **dict.fromkeys(REMINDERS, "identity:reminders_link"),
    Mail.Kind.UPDATE: "identity:updates_link",
}
# Local part of the envelope's sender, in front of "+" and the mail's id: what comes back names the mail by itself.
BOUNCES = "bounces"
RECORD = "receipt.jsonld"
NOBODY = UUID(int=0)


class AskerGone(Exception):
    """The person who asked is deleted: nobody asks any more."""


def letter(mail: Mail) -> EmailMultiAlternatives:
    """Open a mail's address and context and write it out; only the mail worker holds the key for that.

    The Message-ID comes from the row, so that a second copy, sent after a crash, is recognised as the same mail. Raises
    AskerGone.
    """
    context = open_context(mail.context)
    document = str(context.pop(DOCUMENT, ""))
    with translation.override(mail.language):
        context |= _surroundings(mail, context.pop("token", None))
        message = EmailMultiAlternatives(
            subject=str(SUBJECTS[Mail.Kind(mail.kind)]),
            body=render_to_string(f"mail/{mail.kind}.txt", context),
            to=[open_text(mail.identity.sealed_address)],
            headers=_headers(mail, str(context["link"])),
        )
        message.attach_alternative(render_to_string(f"mail/{mail.kind}.html", context), "text/html")
    _enclose(message, mail, document)
    _name_the_sender(message, mail)
    return message


def own_host() -> str:
    """The domain that the mails come from, or the site's own."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or str(urlsplit(settings.SITE_URL).hostname)


def _surroundings(mail: Mail, token: str | None) -> dict[str, Any]:
    door = STOPS.get(Mail.Kind(mail.kind), "identity:link_open")
    return {
        "campaign": settings.CAMPAIGN,
        "site": settings.SITE_URL,
        "link": _address(door, token) if token else "",
        "ask_again": _address("identity:link_request"),
        "give": _address("contributions:give_start"),
        "withdraw": _address("contributions:withdraw_by_code"),
        "hours": settings.LINK_HOURS,
        "language": mail.language,
        **(_invitation(mail) if mail.kind == Mail.Kind.INVITATION else {}),
    }


def _invitation(mail: Mail) -> dict[str, str]:
    """Who asks, and until when there is time to answer. Raises AskerGone."""
    asker = Identity.objects.filter(pk=mail.asked_by or NOBODY).first()
    if asker is None:
        raise AskerGone
    link = Link.objects.filter(action=Link.Action.INVITATION, subject=mail.decision or NOBODY).latest("expires_at")
    until = date_format(last_day(link.expires_at), "DATE_FORMAT")
    return {"asker": open_text(asker.sealed_address), "until": until}


def _headers(mail: Mail, link: str) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{mail.pk}@{own_host()}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": mail.language,
    }
    if mail.kind in STOPS:
        # RFC 2369 and RFC 8058: one click in the mail program, without our page.
        headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _enclose(message: EmailMultiAlternatives, mail: Mail, document: str) -> None:
    if document:
        message.attach(RECORD, document.encode(), "application/ld+json")
    if mail.enclosed:
        message.attach(PROOF, str(open_context(mail.enclosed)[PROOF]), "text/plain")


def _name_the_sender(message: EmailMultiAlternatives, mail: Mail) -> None:
    if settings.MAIL_PROVIDER:
        # A provider takes bounces itself and gives this back with its report.
        message.metadata = {"mail": str(mail.pk)}  # type: ignore[attr-defined]
    else:
        message.from_email = f"{BOUNCES}+{mail.pk}@{own_host()}"
        message.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)
