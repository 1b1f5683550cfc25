"""Background work of this room."""

import logging
from typing import Final

from celery import current_app, shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from screening.actions import rescreening

logger = logging.getLogger(__name__)

# By name, since every worker imports this module, and only those that screen pictures have what these need.
MATCH_FRESH: Final = "screening.actions.reverse.match_fresh"
EXCHANGE: Final = "screening.actions.exchanging.exchange"


@shared_task(name="screening.tasks.rescreen")
def rescreen() -> None:
    """Have photos screened again that the present policy has not seen, a few at a time."""
    rescreening.rescreen()


@shared_task(name="screening.tasks.match_lists")
def match_lists() -> None:
    """Match what the known lists gained against the collection, and go on after the photos that wait meanwhile."""
    if import_string(MATCH_FRESH)():
        current_app.send_task("screening.tasks.match_lists", queue="images", retry=False)


@shared_task(name="screening.tasks.ask_exchanges")
def ask_exchanges() -> None:
    """Ask every list server what has changed. One that fails is told in the site's own log and asked again later."""
    left = False
    for name in settings.LIST_EXCHANGES:
        try:
            left |= not import_string(EXCHANGE)(name=name).complete
        except Exception as error:  # noqa: BLE001 - one server's trouble must not keep the others
            logger.error("the exchange %s failed: %s", name, type(error).__name__)  # noqa: TRY400 - no values in logs
    if left:
        current_app.send_task("screening.tasks.ask_exchanges", queue="images", retry=False)
