"""The mail worker's round, and the way of this room's events into the log. Neither message carries anything."""

import logging

from celery import shared_task
from django.core.mail import get_connection

from identity.actions import record_waiting
from identity.actions.limits import forget_attempts
from identity.actions.mailing import drop_stale_mails, mark_failed, mark_sent, take_mail
from identity.actions.managing import answer_requests
from identity.letters import letter
from identity.models import Mail

logger = logging.getLogger(__name__)


@shared_task
def send_mail() -> None:
    """Answer the requests that wait, then send what is due. Needs the identity database and the mail key alone."""
    answer_requests()
    drop_stale_mails()
    while mail := take_mail():
        _send(mail)
    forget_attempts()


@shared_task
def record_events() -> None:
    """Move waiting events into the log."""
    record_waiting()


def _send(mail: Mail) -> None:
    try:
        message = letter(mail)
        message.connection = get_connection()
        message.send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server answers, the other mails go on
        # The error's own words could repeat the address.
        logger.warning("mail %s was not sent (try %s): %s", mail.pk, mail.attempts, type(error).__name__)
        mark_failed(mail=mail)
    else:
        mark_sent(mail=mail)
