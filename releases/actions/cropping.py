"""Crops: begun for each reading that counts, made once, and dropped when it counts no more."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from audit.actions import record as record_event
from contributions.models import Photo
from releases.actions.events import CROPS_TAKEN_UP
from releases.cutting import Cut
from releases.models import Crop
from releases.queries.crops import next_crops, outlived, uncut, waiting_crops
from releases.samples import told
from vault import actions as vault
from vault.crash import here

# With the pauses between them about eight hours: an outage overnight is no reason to give up.
MOST_TRIES = 12
MOST_DEATHS = 3
# What a try leaves behind until it ends: whoever finds it knows that the worker died.
WORKER_LOST = "WorkerLost"
_UNTRIED: Final[dict[str, Any]] = {"attempts": 0, "error": "", "parked_at": None}


@transaction.atomic
def begin_crops() -> int:
    """A row for each reading that counts and has no crop; crops that outlived theirs are dropped. How many began."""
    drop_crops(outlived())
    now = timezone.now()
    fresh = [Crop(reading_id=reading, photo_id=photo, begun_at=now) for reading, photo in uncut()]
    # A reading that counts again, after an undone withdrawal, is cut again.
    again = {"sealed": None, "cut_at": None, "dropped_at": None, "begun_at": now, **_UNTRIED}
    revived = Crop.objects.filter(reading__in=[crop.reading_id for crop in fresh], dropped_at__isnull=False)
    revived.update(**again)
    Crop.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    return len(fresh)


@transaction.atomic
def take_crop(*, before: datetime) -> Crop | None:
    """The next crop to be made, of those not tried since `before`, with one try counted; None when there is none.

    Its next turn is set before this one begins: one that fails, or kills its worker, comes again after longer and
    longer pauses, and is parked in the end; one that kills its worker, sooner.
    """
    rows = waiting_crops(before).select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related("reading", "photo__full__key", "photo__key")
    # One that another worker is at, or has been at since, is passed over.
    crop = next(filter(None, (rows.filter(pk=pk).first() for pk in next_crops(before))), None)
    if crop is None:
        return None
    deadly = crop.error == WORKER_LOST and crop.attempts >= MOST_DEATHS
    crop.attempts += 1
    crop.begun_at = timezone.now() + timedelta(minutes=(crop.attempts - 1) ** 2)
    if deadly or crop.attempts > MOST_TRIES:
        crop.parked_at = timezone.now()
    else:
        crop.error = WORKER_LOST
    crop.save(update_fields=["attempts", "begun_at", "error", "parked_at"])
    return crop


@transaction.atomic
def keep_crop(*, crop: Crop, cut: Cut) -> bool:
    """Seal what was cut under the photo's own key; False when the photo left, or somebody else was faster."""
    # Who erases holds the photo, so that nothing is sealed under a key that was just destroyed.
    photo = Photo.objects.select_for_update(of=("self",)).select_related("key").get(pk=crop.photo_id)
    row = Crop.objects.select_for_update(of=("self",)).get(pk=crop.pk)
    if photo.state != "ready" or row.dropped_at or row.cut_at:
        return False
    (row.width, row.height), row.covered = cut.size, [list(box) for box in cut.covered]
    row.told = told(crop.reading, of=cut.of, cut=cut.size, covered=row.covered)
    row.sealed = vault.seal(key=photo.key, data=cut.jpeg)
    here("crop:sealed")
    row.sha256 = hashlib.sha256(cut.jpeg).hexdigest()
    row.cut_at, row.error = timezone.now(), ""
    row.save()
    return True


def fail_crop(*, crop: Crop, error: str) -> None:
    """Note that a try failed and its worker did not die; `error` is the kind of failure, never its words."""
    Crop.objects.filter(pk=crop.pk, cut_at__isnull=True).update(error=error[:80])


def refuse_crop(*, crop: Crop) -> None:
    """Note that the corners of this reading cannot be laid straight."""
    Crop.objects.filter(pk=crop.pk).update(refused=True)


@transaction.atomic
def drop_crops(crops: Iterable[Crop]) -> None:
    """Delete what was cut; the rows stay, with their sizes and digests."""
    for crop in crops:
        row = Crop.objects.select_for_update(of=("self",)).select_related("sealed").get(pk=crop.pk)
        if row.sealed is not None:
            vault.delete(row.sealed)
        row.dropped_at = row.dropped_at or timezone.now()
        row.save(update_fields=["dropped_at"])


@transaction.atomic
def cut_again(*, by: str) -> int:
    """Take up the crops that were parked after their tries; how many."""
    count = Crop.objects.parked().update(begun_at=timezone.now(), **_UNTRIED)
    if count:
        record_event(CROPS_TAKEN_UP, subject="crops", by=by, pictures=count)
    return count
