"""The newest checkpoint by mail: what lies in a mailbox elsewhere cannot be changed by whoever takes the site."""

import logging
import random
import time
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from audit.copies.reading import log_vkey
from audit.keeper.last_signed import Memory, remember
from audit.proofs.notes import parse_checkpoint
from audit.standalone.verify_log import Checkpoint

AGAIN_SECONDS: Final = 900
# A round that mails for longer would look at the log too late.
SECONDS_IN_ALL: Final = 10.0
SECONDS_EACH: Final = 5.0
logger = logging.getLogger(__name__)


def mail_when_due(memory: Memory, note: str, *, now: datetime) -> Memory:
    """Mail a checkpoint to each address that had no newer one within LOG_MAIL_HOURS; what is remembered of it, durably.

    An address that takes no mail stops nobody else's, and is tried again after a quarter of an hour. Raises OSError
    when nothing can be remembered: then nothing is mailed, rather than twice.
    """
    moment = int(now.timestamp())
    if not note or not settings.LOG_MAIL_TO or 0 <= moment - memory.tried_at < AGAIN_SECONDS:
        return memory
    checkpoint = parse_checkpoint(note)
    due = [address for address in settings.LOG_MAIL_TO if _is_due(memory, address, checkpoint.size, moment)]
    if not due:
        return memory
    memory = replace(memory, tried_at=moment)
    remember(memory)
    until = time.monotonic() + SECONDS_IN_ALL
    # In another order each time: a slow server may leave no time for the last.
    for address in random.sample(due, len(due)):
        if time.monotonic() > until:
            break
        if _is_taken(_message(address, checkpoint, note)):
            memory = replace(memory, mailed={**memory.mailed, _name(address): (moment, checkpoint.size)})
            remember(memory)
    return memory


def _is_due(memory: Memory, address: str, size: int, moment: int) -> bool:
    at, mailed = memory.mailed.get(_name(address), (0, 0))
    return size > mailed and not 0 <= moment - at < settings.LOG_MAIL_HOURS * 3600


def _is_taken(message: EmailMessage) -> bool:
    """Whether the mail server took it, over a connection of its own: a refusal may end one."""
    try:
        return get_connection(timeout=SECONDS_EACH).send_messages([message]) == 1
    except (OSError, ValueError) as error:
        logger.warning("The checkpoint could not be mailed to one address: %s.", type(error).__name__)
        return False


def _name(address: str) -> str:
    """What stands for an address in the keeper's memory, where no address is kept."""
    return sha256(address.encode()).hexdigest()[:16]


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
