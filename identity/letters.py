"""A mail as it is sent: text and plain HTML in the person's language, with a subject that says nothing."""

from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from identity.models import Mail
from identity.sealing import open_context, open_text

SUBJECTS = {
    Mail.Kind.CONSENT_LINK: _("Your link"),
    Mail.Kind.MANAGE_LINK: _("Your link"),
    Mail.Kind.RECEIPT: _("Your receipt"),
}


def letter(mail: Mail) -> EmailMultiAlternatives:
    """Open a mail's address and context and write it out; only the mail worker holds the key for that.

    The Message-ID comes from the row, so that a second copy, sent after a crash, is recognised as the same mail.
    """
    context = open_context(mail.context)
    token = context.pop("token", None)
    with translation.override(mail.language):
        context |= {
            "campaign": settings.CAMPAIGN,
            "site": settings.SITE_URL,
            "link": _address("identity:link_open", token) if token else "",
            "ask_again": _address("identity:link_request"),
            "withdraw": _address("contributions:withdraw_by_code"),
            "hours": settings.LINK_HOURS,
            "language": mail.language,
        }
        message = EmailMultiAlternatives(
            subject=str(SUBJECTS[Mail.Kind(mail.kind)]),
            body=render_to_string(f"mail/{mail.kind}.txt", context),
            to=[open_text(mail.identity.sealed_address)],
            headers={
                "Message-ID": f"<{mail.pk}@{_own_host()}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": mail.language,
            },
        )
        message.attach_alternative(render_to_string(f"mail/{mail.kind}.html", context), "text/html")
    return message


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _own_host() -> str:
    """The domain that the mails come from, or the site's own."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or str(urlsplit(settings.SITE_URL).hostname)
