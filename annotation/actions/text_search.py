"""Looking for text on prints: the row is the job, of a worker of its own that works when others do not."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotation.actions.late_text import is_wanted, locked_task
from annotation.actions.suggesting import suggest
from annotation.boxes import Seen
from annotation.models import Suggestion, TextSearch
from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo
from screening import queries as gate
from vault import actions as vault

TEXT_PARKED = EventKind(
    "text:parked", "Text on photo {photo} could not be looked for, after {attempts} tries.", ("photo", "attempts")
)
MOST_TRIES: Final = 3
# Past this a try is over, however it ended: its worker died, or the photo was not to be looked at just then.
TRY_AGAIN_AFTER = timedelta(minutes=10)
# A message that nobody took up within this is one of many: the sweep sends another.
WAKE_SECONDS = 600


@transaction.atomic
def ask_for_text(*, photo_id: UUID) -> None:
    """Have text on a photo looked for, once, if the gate lets it through; idempotent."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if not settings.TEXT_READER or not gate.is_servable(photo_id):
        return
    _search, made = TextSearch.objects.get_or_create(photo=photo)
    if made:
        transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Send the worker after what waits. A lost message is made up for by the sweep."""
    current_app.send_task("annotation.tasks.find_text", queue="text", retry=False, expires=WAKE_SECONDS)


def wake_if_waiting() -> bool:
    """Send the worker after what waits, if anything does; whether it was sent."""
    waits = _waiting().exists()
    if waits:
        wake()
    return waits


@transaction.atomic
def take_search() -> UUID | None:
    """The photo on which text is to be looked for next, its try counted; None when none waits.

    Two workers never get the same one. A photo whose tries are used up is parked on the way.
    """
    while search := _waiting().select_for_update(skip_locked=True).order_by("asked_at").first():
        if search.attempts >= MOST_TRIES:
            _park(search)
            continue
        TextSearch.objects.filter(pk=search.pk).update(attempts=F("attempts") + 1, started_at=timezone.now())
        return search.photo_id
    return None


def put_off_search(*, photo_id: UUID) -> None:
    """Look again later, without counting this try: just now the gate lets nobody near the photo."""
    TextSearch.objects.filter(pk=photo_id, done_at__isnull=True, attempts__gt=0).update(attempts=F("attempts") - 1)


@transaction.atomic
def keep_text(*, photo_id: UUID, seen: Sequence[Seen], model: str) -> None:
    """Keep where text stands, and what it reads sealed under the photo's key until the photo is settled.

    A photo that was read meanwhile is read again, unless it is excluded or staff covered all of it themselves; then no
    words are kept. Nothing is kept of one that left. Idempotent.
    """
    photo = Photo.objects.select_for_update(of=("self",)).select_related("key").get(pk=photo_id)
    task = locked_task(photo)
    search = TextSearch.objects.select_for_update().filter(pk=photo_id, done_at__isnull=True).first()
    if search is None or not gate.is_servable(photo_id):
        return
    rows = suggest(photo=photo, kind=Suggestion.Kind.TEXT, seen=seen, model=model)
    if rows and is_wanted(task, seen):
        words = {row.pk: one.words for row, one in zip(rows, seen, strict=True)}
        search.read = vault.seal(key=photo.key, data=json.dumps(words).encode())
    search.done_at = timezone.now()
    search.save(update_fields=["read", "done_at"])


def _waiting() -> QuerySet[TextSearch]:
    """Searches that nobody is at, for all one can know."""
    free = Q(started_at__isnull=True) | Q(started_at__lt=timezone.now() - TRY_AGAIN_AFTER)
    return TextSearch.objects.filter(free, done_at__isnull=True, parked_at__isnull=True)


def _park(search: TextSearch) -> None:
    TextSearch.objects.filter(pk=search.pk).update(parked_at=timezone.now())
    photo = str(search.photo_id)
    record(TEXT_PARKED, subject=photo, by="system", photo=photo, attempts=search.attempts)
