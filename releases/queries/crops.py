"""Which readings have no crop yet, and which crops no reading needs any more."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotation.queries import settled
from releases.models import Crop
from screening import queries as screening

# The gate is asked about so many photos at once.
AT_ONCE = 5000
TURNS_AT_ONCE = 64


def uncut() -> list[tuple[int, UUID]]:
    """Readings that count, of photos that may be shown, which nobody has begun to cut, each with its photo.

    Asked every half minute, and mostly there are none: the gate is asked about those without a crop alone.
    """
    begun = Crop.objects.filter(reading=OuterRef("pk"), dropped_at__isnull=True)
    without = settled().filter(~Exists(begun), exclusion="").order_by("pk").values_list("pk", "task__photo_id")
    rows = list(without)
    return [row for start in range(0, len(rows), AT_ONCE) for row in _shown(rows[start : start + AT_ONCE])]


def _shown(rows: Sequence[tuple[int, UUID]]) -> list[tuple[int, UUID]]:
    allowed = screening.servable_among(photo for _reading, photo in rows)
    return [(reading, photo) for reading, photo in rows if photo in allowed]


def outlived() -> QuerySet[Crop]:
    """Crops that stand though their reading counts no more."""
    counts = settled().filter(exclusion="", pk=OuterRef("reading"))
    return Crop.objects.filter(~Exists(counts), dropped_at__isnull=True)


def waiting_crops(before: datetime) -> QuerySet[Crop]:
    """Crops that are still to be made and had no turn since, in the order of their turns, whoever may be shown."""
    waiting = Crop.objects.filter(cut_at__isnull=True, dropped_at__isnull=True, refused=False, parked_at__isnull=True)
    return waiting.filter(begun_at__lt=before).order_by("begun_at", "pk")


def next_crops(before: datetime) -> Iterator[int]:
    """The ids of those waiting crops whose photos may be shown, in the order of their turns.

    The gate is asked about some at a time: for each crop anew it would be asked about the whole collection.
    """
    waiting = waiting_crops(before).values_list("pk", "photo_id")
    start = 0
    while rows := list(waiting[start : start + TURNS_AT_ONCE]):
        yield from (crop for crop, _photo in _shown(rows))
        start += TURNS_AT_ONCE


def parked_crops() -> QuerySet[Crop]:
    """Crops that the workers put aside after their tries."""
    return Crop.objects.filter(parked_at__isnull=False, cut_at__isnull=True, dropped_at__isnull=True)


def photos_in_preparation() -> set[UUID]:
    """Photos whose picture is still to be cut out: begun and waiting for their turn, or not begun."""
    begun = Crop.objects.filter(cut_at__isnull=True, dropped_at__isnull=True, refused=False, parked_at__isnull=True)
    return {*begun.values_list("photo", flat=True), *(photo for _reading, photo in uncut())}
