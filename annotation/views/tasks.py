"""One photo that a person holds: its picture, its text, its answer, and the ways to leave it."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_POST

from annotation import actions, permissions, queries
from annotation.actions import AnswerNotValid, LeaseLost, NotYoursToTakeBack, TextGone
from annotation.forms import sent
from annotation.views import refusals
from annotation.views.requests import ids, json_of
from screening.actions import NotServable


@require_GET
def task_image(request: HttpRequest, task_id: UUID) -> HttpResponseBase:
    """The picture of the photo that this person holds; the view is in the log before the first byte."""
    me = permissions.check_can_read_tasks(request.user)
    try:
        pixels = actions.view_photo(task_id=task_id, rendition="rendition", staff_id=me)
    except (LeaseLost, NotServable):
        raise Http404 from None
    return StreamingHttpResponse(pixels, content_type="image/jpeg")


@require_POST
def task_submit(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Keep the answer; 409 when the photo is no longer this person's, 422 when the answer does not fit it."""
    me = permissions.check_can_read_tasks(request.user)
    try:
        one = sent(json_of(request))
        reading = actions.submit(
            task_id=task_id,
            lease=one.lease,
            version=one.version,
            key=one.key,
            staff_id=me,
            said=one.said,
            seconds=one.seconds,
            stages=permissions.stages_of(request.user),
        )
    except AnswerNotValid as refusal:
        return refusals.not_valid(refusal)
    except LeaseLost:
        return refusals.lost(task_id, me)
    until = reading.at + timedelta(seconds=settings.UNDO_SECONDS)
    return JsonResponse({"reading": reading.reading_id, "at": reading.at, "undo_until": until})


@require_POST
def task_take(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Have this very photo again after its lease was lost; 409 when it is not open to this person."""
    me = permissions.check_can_read_tasks(request.user)
    try:
        task = actions.take_again(task_id=task_id, staff_id=me, stages=permissions.stages_of(request.user))
    except LeaseLost:
        return refusals.lost(task_id, me)
    return _payload(task.pk, me)


@require_POST
def task_put_off(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Not now: the photo goes back to the queue, and for an hour not to this person."""
    me = permissions.check_can_read_tasks(request.user)
    (lease,) = ids([json_of(request).get("lease")])
    actions.put_back(task_id=task_id, lease=lease, staff_id=me, not_now=True)
    return HttpResponse(status=204)


@require_POST
def task_text(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """What the print reads, by suggestion: once, and kept by nobody. 410 when it was shown or destroyed before."""
    me = permissions.check_can_read_tasks(request.user)
    (lease,) = ids([json_of(request).get("lease")])
    try:
        words = actions.show_text(task_id=task_id, lease=lease, staff_id=me)
    except LeaseLost:
        return refusals.lost(task_id, me)
    except TextGone:
        return JsonResponse({}, status=410)
    return JsonResponse({"words": words}, headers={"Cache-Control": "no-store"})


@require_POST
def reading_take_back(request: HttpRequest, reading_id: UUID) -> JsonResponse:
    """Take one's own answer back and have the photo again, with that answer to go on from; 409 when that is over."""
    me = permissions.check_can_read_tasks(request.user)
    try:
        task = actions.take_back(reading_id=reading_id, staff_id=me, stages=permissions.stages_of(request.user))
    except NotYoursToTakeBack as refusal:
        return refusals.not_yours(refusal)
    return _payload(task.pk, me)


def _payload(task_id: UUID, me: UUID) -> JsonResponse:
    found = queries.payloads(me, [task_id])
    return JsonResponse({"task": found[0]}) if found else refusals.lost(task_id, me)
