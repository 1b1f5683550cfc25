"""What a print reads: shown to whoever holds the photo, and destroyed once the photo is settled, or has waited long."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotation.actions.leasing import LeaseLost
from annotation.models import TextSearch
from annotation.queries.leases import leased
from annotation.transitions import Stage
from audit.actions import record
from audit.models import EventKind
from screening import queries as gate
from vault import actions as vault

TEXT_SHOWN = EventKind("text:shown", "{actor} was shown what is written on photo {photo}.", ("photo",))


# The sweep goes on with the rest.
AT_ONCE: Final = 200


class TextGone(Exception):
    """Nothing is kept of what the print reads: it was destroyed, or nothing was found."""


@transaction.atomic
def show_text(
    *, task_id: UUID, lease: UUID, staff_id: UUID, stages: Collection[Stage] = tuple(Stage)
) -> dict[int, str]:
    """What each suggested text reads, by the suggestion's id. `stages` are those at which this person may answer.

    It is kept for whoever reads the photo next, so that a second reader sees no less than the first. Raises LeaseLost
    when the photo is not this person's or the gate closed, TextGone when there is nothing to show.
    """
    task = leased(task_id, lease, staff_id).filter(stage__in=stages).select_for_update().first()
    if task is None or not gate.is_servable(task.photo_id):
        raise LeaseLost
    search = _locked(task.photo_id)
    if search is None or search.read is None:
        raise TextGone
    words: dict[str, str] = json.loads(vault.read(search.read))
    TextSearch.objects.filter(pk=search.pk).update(shown_at=timezone.now())
    photo = str(task.photo_id)
    record(TEXT_SHOWN, subject=photo, by=f"staff:{staff_id}", photo=photo)
    return {int(suggestion): text for suggestion, text in words.items()}


def destroy_text(*, photo_id: UUID) -> None:
    """Destroy what the print reads, unread; in the transaction of what makes it needless."""
    search = _locked(photo_id)
    if search is not None and search.read is not None:
        _destroy(search)


def destroy_old_texts() -> None:
    """Destroy what prints read that were looked at so long ago (settings.TEXT_KEPT_DAYS) that nobody waits for it."""
    since = timezone.now() - timedelta(days=settings.TEXT_KEPT_DAYS)
    old = TextSearch.objects.filter(read__isnull=False, done_at__lte=since).order_by("done_at")
    for photo_id in old.values_list("pk", flat=True)[:AT_ONCE]:
        with transaction.atomic():
            destroy_text(photo_id=photo_id)


def _locked(photo_id: UUID) -> TextSearch | None:
    searches = TextSearch.objects.select_for_update(of=("self",)).select_related("read", "read__key")
    return searches.filter(pk=photo_id).first()


def _destroy(search: TextSearch) -> None:
    read = search.read
    TextSearch.objects.filter(pk=search.pk).update(read=None)
    if read is not None:
        vault.delete(read)
