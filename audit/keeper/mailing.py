"""The newest checkpoint by mail: what lies in a mailbox elsewhere cannot be changed by whoever takes the site."""

import logging
import smtplib
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from audit.copies.reading import log_vkey
from audit.keeper.last_signed import Memory
from audit.standalone.verify_log import Checkpoint

AGAIN_SECONDS: Final = 900
logger = logging.getLogger(__name__)


def mail_when_due(memory: Memory, checkpoint: Checkpoint, note: str, *, now: datetime) -> Memory:
    """Mail a checkpoint newer than the last one mailed, once in LOG_MAIL_HOURS; what is to be remembered of it.

    A mail server that is down is asked again after a quarter of an hour.
    """
    moment = int(now.timestamp())
    waits = moment - memory.mailed_at < settings.LOG_MAIL_HOURS * 3600 or moment - memory.tried_at < AGAIN_SECONDS
    if not settings.LOG_MAIL_TO or checkpoint.size <= memory.mailed_size or waits:
        return memory
    try:
        get_connection().send_messages([_message(address, checkpoint, note) for address in settings.LOG_MAIL_TO])
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("The checkpoint could not be mailed: %s.", type(error).__name__)
        return replace(memory, tried_at=moment)
    return replace(memory, mailed_at=moment, mailed_size=checkpoint.size, tried_at=moment)


def _message(address: str, checkpoint: Checkpoint, note: str) -> EmailMessage:
    subject = _("Checkpoint of the log of %(site)s: %(size)s entries") % {
        "site": settings.CAMPAIGN["name"],
        "size": checkpoint.size,
    }
    return EmailMessage(subject, _text(note), settings.DEFAULT_FROM_EMAIL, [address])


def _text(note: str) -> str:
    before = _(
        "Keep this mail. It says how long the log was and what it held, and whoever alters the log later cannot alter "
        "what you hold. The checkpoint is everything between the two lines:"
    )
    how = _(
        "To check the log against it: save the checkpoint as a file, export the whole log at the auditor's desk as "
        "JSON lines, and take verify_log.py from %(page)s. Then run:"
    ) % {"page": f"{settings.SITE_URL}/log/"}
    key = _("The log's key, which you should compare with the one that you were given on paper:")
    rule = "-" * 20
    command = f"python verify_log.py export log.jsonl --key '{log_vkey()}' --kept checkpoint"
    return f"{before}\n\n{rule}\n{note}{rule}\n\n{how}\n\n    {command}\n\n{key}\n\n    {log_vkey()}\n"
