"""All that the workbench's page needs of a photo that a person holds: one statement, planned once a connection."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import JSONObject
from django.urls import reverse

from annotation.models import Answer, Reading, Suggestion, Task, TextSearch
from annotation.queries.leases import leases_of
from annotation.queries.naming import name_of
from annotation.queries.settling import NO_SIDES, sides
from annotation.queries.states import state_of
from annotation.transitions import Stage, TaskState
from consent.queries import Anew, Prepared
from contributions import queries as contributions
from contributions.models import Photo
from screening import queries as gate

_NEWEST: Final = Reading.objects.filter(task=OuterRef("pk")).order_by("-id")


def payloads(staff_id: UUID, task_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """What the page needs of those of these tasks that this person holds, in the order of the ids."""
    return [payload_of(task) for pk in task_ids for task in _HELD.rows(task=pk, staff=staff_id)]


def held_payloads(staff_id: UUID, stages: Collection[Stage]) -> list[dict[str, Any]]:
    """What the page needs of all that this person holds at these stages, the photo to go on with first.

    What the gate stops is left out.
    """
    held = leases_of(staff_id).filter(stage__in=stages).values_list("pk", "photo")
    return payloads(staff_id, [task for task, photo in held if gate.is_servable(photo)])


def _held(task: Anew, staff: Anew) -> QuerySet[Task]:
    return _with_all(Task.objects.filter(pk=task, state=TaskState.LEASED, leased_to=staff))


def _with_all(tasks: QuerySet[Task]) -> QuerySet[Task]:
    seen = Suggestion.objects.filter(photo=OuterRef("photo")).order_by("top", "left", "pk")
    search = TextSearch.objects.filter(pk=OuterRef("photo"))
    return tasks.select_related("photo").annotate(
        marks=ArraySubquery(contributions.marks_on(OuterRef("photo"))),
        seen=ArraySubquery(
            seen.values(json=JSONObject(kind="kind", id="pk", left="left", top="top", right="right", bottom="bottom"))
        ),
        search=Subquery(search.values(json=JSONObject(done=F("done_at"), parked=F("parked_at"), read=F("read_id")))),
        newest=Subquery(_NEWEST.values(json=JSONObject(id="pk", answer="answer", by="by_id"))[:1]),
    )


def payload_of(task: Any) -> dict[str, Any]:
    """One task of _with_all as the page has it."""
    photo: Photo = task.photo
    return {
        "task": str(task.pk),
        "photo": name_of(photo.pk),
        "lease": str(task.lease),
        "version": task.version,
        # An annotator is never told whether somebody has read the photo before.
        "stage": Stage.SETTLING.value if task.stage == Stage.SETTLING else Stage.FIRST.value,
        "until": task.leased_until.isoformat(),
        "image": reverse("annotation:task_image", args=[task.pk]),
        "width": photo.width,
        "height": photo.height,
        "decade": contributions.decade_label(photo.taken_decade) if photo.taken_decade else "",
        "people": [contributions.mark_in_words(mark) for mark in task.marks],
        "frame": contributions.frame_of(photo),
        "found_frame": contributions.found_frame_of(photo),
        "faces": _seen(task.seen, Suggestion.Kind.FACE),
        "texts": _seen(task.seen, Suggestion.Kind.TEXT),
        **_text(task),
        "before": _before(task),
        **(sides(task) if task.stage == Stage.SETTLING else NO_SIDES),
    }


def _seen(rows: Sequence[dict[str, Any]], kind: Suggestion.Kind) -> list[dict[str, Any]]:
    edges = ("left", "top", "right", "bottom")
    return [{"id": row["id"], "box": [row[edge] for edge in edges]} for row in rows if row["kind"] == kind]


def _text(task: Any) -> dict[str, Any]:
    """How the search for text stands, and whether what was found can still be shown."""
    search = task.search or {"done": None, "parked": None, "read": None}
    found = any(row["kind"] == Suggestion.Kind.TEXT for row in task.seen)
    state = "none"
    if search["parked"]:
        state = "failed"
    elif task.search and not search["done"]:
        state = "waiting"
    elif found:
        state = "found"
    return {"text_state": state, "text_readable": search["read"] is not None}


def _before(task: Any) -> dict[str, Any] | None:
    """The answer that this person took back to give it anew."""
    newest = task.newest
    if newest is None or newest["answer"] != Answer.TAKEN_BACK or newest["by"] != str(task.leased_to_id):
        return None
    taken = Reading.objects.prefetch_related("persons", "covers").get(taken_back=newest["id"])
    return dict(state_of(taken))


_HELD: Final = Prepared("mpm_held_task", _held, task=UUIDField(), staff=UUIDField())
