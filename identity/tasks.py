"""The mail worker's round, and the way of this room's events into the log. Neither message carries anything."""

import logging
from time import monotonic

from celery import shared_task
from django.core.mail import get_connection

from identity.actions import record_bounce, record_waiting
from identity.actions.limits import forget_attempts
from identity.actions.mailing import drop_mail, drop_stale_mails, mark_failed, mark_sent, take_mail
from identity.actions.managing import answer_requests
from identity.actions.receipts import release_late_receipts
from identity.letters import AskerGone, letter
from identity.models import Mail
from identity.queries import follows_log
from identity.refusals import status_of

logger = logging.getLogger(__name__)
# Far below the time after which a task is killed, which could be between a sending and its mark.
ROUND_SECONDS = 300


@shared_task
def send_mail() -> None:
    """Answer the requests that wait, then send what is due. Needs the identity database and the mail key alone.

    Nothing is sent from a database that lacks deletions, as an old backup does: whoever is in it may be deleted.
    """
    if not follows_log():
        logger.warning("nothing is sent: the identity database did not agree with the log lately")
        return
    drop_stale_mails()
    until = monotonic() + ROUND_SECONDS
    while monotonic() < until and (mail := _next()):
        _send(mail)
    forget_attempts()


@shared_task
def record_events() -> None:
    """Move waiting events into the log."""
    record_waiting()


def _next() -> Mail | None:
    """The next mail. Who asks for a link while many updates go out does not wait for the last of them."""
    answer_requests()
    release_late_receipts()
    return take_mail()


def _send(mail: Mail) -> None:
    try:
        message = letter(mail)
        message.connection = get_connection()
        message.send()
    except AskerGone:
        drop_mail(mail=mail)
    except Exception as error:  # noqa: BLE001 - whatever a mail server answers, the other mails go on
        _not_sent(mail, error)
    else:
        mark_sent(mail=mail)


def _not_sent(mail: Mail, error: Exception) -> None:
    # The error's own words could repeat the address.
    logger.warning("mail %s was not sent (try %s): %s", mail.pk, mail.attempts, type(error).__name__)
    if status := status_of(error):
        record_bounce(mail=mail.pk, status=status)
    else:
        mark_failed(mail=mail)
