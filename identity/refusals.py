"""What a mail server's refusal means: for good and about the recipient, or to be tried again."""

import re
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.utils.module_loading import import_string

# RFC 3463, at the beginning of a server's words.
_ENHANCED = re.compile(rb"\s*(5\.\d{1,3}\.\d{1,3})(?![\d.])")
UNSAID = "5.0.0"


def status_of(error: Exception) -> str:
    """The status (5.x.x, RFC 3463) of a refusal of this mail for good; an empty text when it is to be tried again.

    Only what is said of the recipient (RCPT) or of the mail itself (DATA) counts: a server that refuses our name, our
    password or our sender says nothing about the person.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return _said(list(error.recipients.values()))
    if isinstance(error, SMTPDataError):
        return _said([(error.smtp_code, error.smtp_error)])
    if settings.MAIL_PROVIDER and isinstance(error, import_string("anymail.exceptions.AnymailRecipientsRefused")):
        return UNSAID
    return ""


def _said(answers: list[tuple[int, bytes | str]]) -> str:
    """The first answer's status, if every answer is a refusal for good."""
    if not answers or not all(500 <= code <= 599 for code, _words in answers):
        return ""
    words = answers[0][1]
    found = _ENHANCED.match(words if isinstance(words, bytes) else words.encode())
    return found[1].decode() if found else UNSAID
