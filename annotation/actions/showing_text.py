"""What a print reads, shown once to the annotator who holds the photo, and destroyed."""

import json
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.actions.leasing import LeaseLost
from annotation.models import TextSearch
from annotation.queries import leased
from audit.actions import record
from audit.models import EventKind
from screening import queries as gate
from vault import actions as vault

TEXT_SHOWN = EventKind(
    "text:shown", "{actor} was shown what is written on photo {photo}; then it was destroyed.", ("photo",)
)


class TextGone(Exception):
    """Nothing is kept of what the print reads: it was shown before, or nothing was found."""


@transaction.atomic
def show_text(*, task_id: UUID, lease: UUID, staff_id: UUID) -> dict[int, str]:
    """What each suggested text reads, by the suggestion's id; from now on nobody can read it again.

    Raises LeaseLost when the photo is not this person's or the gate closed, TextGone when there is nothing to show.
    """
    task = leased(task_id, lease, staff_id).select_for_update().first()
    if task is None or not gate.is_servable(task.photo_id):
        raise LeaseLost
    search = _locked(task.photo_id)
    if search is None or search.read is None:
        raise TextGone
    words: dict[str, str] = json.loads(vault.read(search.read))
    _destroy(search)
    TextSearch.objects.filter(pk=search.pk).update(shown_at=timezone.now())
    photo = str(task.photo_id)
    record(TEXT_SHOWN, subject=photo, by=f"staff:{staff_id}", photo=photo)
    return {int(suggestion): text for suggestion, text in words.items()}


def destroy_text(*, photo_id: UUID) -> None:
    """Destroy what the print reads, unread; in the transaction of what makes it needless."""
    search = _locked(photo_id)
    if search is not None and search.read is not None:
        _destroy(search)


def _locked(photo_id: UUID) -> TextSearch | None:
    searches = TextSearch.objects.select_for_update(of=("self",)).select_related("read", "read__key")
    return searches.filter(pk=photo_id).first()


def _destroy(search: TextSearch) -> None:
    read = search.read
    TextSearch.objects.filter(pk=search.pk).update(read=None)
    if read is not None:
        vault.delete(read)
