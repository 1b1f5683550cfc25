"""What the workbench, the lead and the releases read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from annotation.models import NotNow, Reading, Suggestion, Task, TextSearch
from annotation.transitions import TaskState
from audit.queries import absent
from contributions.models import Photo
from contributions.queries import box_of_found_frame, box_of_frame

PUT_OFF_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """Why a person is handed nothing: photos others hold and until when, and photos this person put off."""

    held: int
    held_until: datetime | None
    put_off: int


@dataclass(frozen=True)
class StartingCrop:
    """The four edges as the workbench's fields write them (per cent); `given`: a contributor's frame is around them."""

    left: str = "0"
    top: str = "0"
    right: str = "100"
    bottom: str = "100"
    given: bool = False


def settled() -> QuerySet[Reading]:
    """The reading that counts for each photo: the newest one of every task that is read, exclusions included."""
    newest = Reading.objects.filter(task=OuterRef("task")).order_by("-id").values("pk")[:1]
    return Reading.objects.filter(task__state=TaskState.READ, pk=Subquery(newest)).select_related("task")


def lease_of(staff_id: UUID) -> Task | None:
    """The task this person holds just now, or None."""
    return (
        Task.objects.filter(state=TaskState.LEASED, leased_to_id=staff_id, leased_until__gt=timezone.now())
        .select_related("photo")
        .first()
    )


def starting_crop(photo: Photo) -> StartingCrop:
    """The crop to begin with: the upright box around the frame that the contributor set, else all of the photo."""
    return _crop(box_of_frame(photo), given=True) or StartingCrop()


def suggested_crop(photo: Photo) -> StartingCrop | None:
    """The box around the frame that a machine found, where the contributor said nothing about it; None without one."""
    return _crop(box_of_found_frame(photo), given=False)


def _crop(box: Sequence[float] | None, *, given: bool) -> StartingCrop | None:
    if box is None:
        return None
    left, top, right, bottom = (f"{100 * edge:.1f}" for edge in box)
    return StartingCrop(left, top, right, bottom, given=given)


def suggestions(photo_id: UUID) -> dict[str, list[dict[str, float]]]:
    """What models saw, by kind ("face", "text"): the suggestion's id and its box as fractions, from the top down."""
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in Suggestion.Kind.values}
    rows = Suggestion.objects.filter(photo_id=photo_id).order_by("top", "left", "pk")
    for kind, *values in rows.values_list("kind", "pk", "left", "top", "right", "bottom"):
        found[kind].append(dict(zip(("id", "left", "top", "right", "bottom"), values, strict=True)))
    return found


def text_search(photo_id: UUID) -> TextSearch | None:
    """How the search for text on this photo stands; None when nobody looks."""
    return TextSearch.objects.filter(pk=photo_id).first()


def counts() -> dict[TaskState, int]:
    """How many tasks stand in each state; every state is named, with 0 where there is none."""
    found = dict(Task.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state.value, 0) for state in TaskState}


def being_checked() -> int:
    """How many photos wait for a reading or are being read; for the closed campaign's page."""
    found = counts()
    return found[TaskState.OPEN] + found[TaskState.LEASED]


def exclusions() -> dict[str, int]:
    """How many settled photos are out, by reason code, most first."""
    rows = settled().exclude(exclusion="").order_by().values_list("exclusion").annotate(n=Count("pk")).order_by("-n")
    return dict(rows)


def waiting_for(staff_id: UUID) -> Waiting:
    """Why this person is handed nothing just now."""
    held = Task.objects.filter(state=TaskState.LEASED).exclude(leased_to_id=staff_id)
    put_off = NotNow.objects.filter(staff_id=staff_id, at__gt=timezone.now() - PUT_OFF_FOR, task__state=TaskState.OPEN)
    return Waiting(
        held=held.count(), held_until=held.aggregate(until=Max("leased_until"))["until"], put_off=put_off.count()
    )


def missing_by_log() -> Iterator[str]:
    """A line for each reading that the log tells and the table does not know."""
    kinds = ("photo:read", "photo:excluded")
    yield from absent("reading_unknown", *kinds, field="reading", rows=Reading.objects.all(), key="reading_id")
