"""Which readings have no crop yet, and which crops no reading needs any more."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotation.queries import settled
from releases.eligibility import Rules, decided
from releases.models import Crop, Release
from screening import queries as screening

# The gate is asked about so many photos at once.
AT_ONCE = 5000
TURNS_AT_ONCE = 64


def uncut() -> list[tuple[int, UUID]]:
    """Readings that count, of photos that may be shown, which nobody has begun to cut, each with its photo.

    Asked every half minute, and mostly there are none: the gate is asked about those without a crop alone.
    """
    begun = Crop.objects.standing().filter(reading=OuterRef("pk"))
    without = settled().filter(~Exists(begun), exclusion="").order_by("pk").values_list("pk", "task__photo_id")
    rows = list(without)
    return [row for start in range(0, len(rows), AT_ONCE) for row in _shown(rows[start : start + AT_ONCE])]


def _shown(rows: Sequence[tuple[int, UUID]]) -> list[tuple[int, UUID]]:
    allowed = screening.servable_among(photo for _reading, photo in rows)
    return [(reading, photo) for reading, photo in rows if photo in allowed]


def outlived() -> QuerySet[Crop]:
    """Crops that stand though their reading counts no more."""
    counts = settled().filter(exclusion="", pk=OuterRef("reading"))
    return Crop.objects.standing().filter(~Exists(counts))


def waiting_crops(before: datetime) -> QuerySet[Crop]:
    """Crops that are still to be made and had no turn since, in the order of their turns, whoever may be shown."""
    return Crop.objects.waiting().filter(begun_at__lt=before).order_by("begun_at", "pk")


def next_crops(before: datetime) -> Iterator[int]:
    """The ids of those waiting crops whose photos may be shown, in the order of their turns.

    The gate is asked about some at a time: for each crop anew it would be asked about the whole collection.
    """
    waiting = waiting_crops(before).values_list("pk", "photo_id")
    start = 0
    while rows := list(waiting[start : start + TURNS_AT_ONCE]):
        yield from (crop for crop, _photo in _shown(rows))
        start += TURNS_AT_ONCE


def preparing(release: Release) -> int:
    """How many photos keep out of a draft only because their picture is still to be cut out, which workers are at."""
    in_hand = {*Crop.objects.waiting().values_list("photo", flat=True), *(photo for _reading, photo in uncut())}
    return decided(Rules.of(release)).filter(pk__in=in_hand, reason="uncut").count()


def parked_crops() -> int:
    """How many crops the workers put aside after their tries."""
    return Crop.objects.parked().count()
