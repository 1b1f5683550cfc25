"""What workers do when they are woken, and what the clock makes up for when nobody woke them."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task

from contributions.actions import (
    completing,
    counting,
    erasing,
    inviting,
    leaving,
    quieting,
    receipts,
    reminding_more,
    renewing,
    steps,
)
from contributions.queries.leaving import to_erase
from contributions.queries.steps import photos_waiting
from vault import actions as vault

logger = logging.getLogger(__name__)
AT_ONCE = 500


@shared_task(name="contributions.tasks.run_steps")
def run_steps(photo_id: str) -> None:
    """Do what waits for one photo."""
    steps.run(photo_id=UUID(photo_id))


@shared_task(name="contributions.tasks.sweep")
def sweep() -> None:
    """Find what nobody took up: sendings and questions past their time, photos to erase, steps that wait."""
    end_what_is_over()
    for photo_id in photos_waiting(limit=AT_ONCE):
        steps.wake(photo_id=photo_id)


@shared_task(name="contributions.tasks.erase")
def erase() -> None:
    """Erase what is due now, because somebody asked for it or let go of it."""
    erase_due()


@shared_task(name="contributions.tasks.sweep_across")
def sweep_across() -> None:
    """Complete in the identity database what was decided in the research database."""
    go_across()


@shared_task(name="contributions.tasks.count_coverage")
def count_coverage() -> None:
    """Count which ages and decades the collection has, for the public pages."""
    counting.count_coverage()


def end_what_is_over() -> tuple[int, int]:
    """End what is past its time, and erase what is due; how many sendings lapsed and how many photos were erased."""
    lapsed = leaving.lapse_what_is_late()
    inviting.lapse_unanswered()
    renewing.expire_and_take_out()
    return lapsed, erase_due()


def go_across(*, grace: timedelta | None = None) -> None:
    """Bring identity to where research is, and write what is owed to people; `grace` as in `complete`."""
    completing.complete(grace=grace)
    quieting.hush_what_is_over()
    renewing.remind()
    reminding_more.remind_of_more()
    receipts.enclose_proofs()


def erase_due() -> int:
    """Erase what is due, and change the epoch afterwards, so that no backup opens it either; how many were erased."""
    erased = 0
    for photo_id in to_erase(limit=AT_ONCE):
        try:
            # Other rooms let go first: what they made of the photo lies under keys of their own.
            steps.run(photo_id=photo_id)
            erased += erasing.erase(photo_id=photo_id)
        except Exception as error:  # noqa: BLE001 - one photo's trouble must not keep the others
            logger.error("photo %s was not erased: %s", photo_id, type(error).__name__)  # noqa: TRY400 - no values in logs
    if erased:
        vault.rotate()
    return erased
