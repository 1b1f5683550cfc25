"""One photo that a person holds: its picture, text and answer, the ways to leave it, and one's own last answers."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_POST

from annotation import actions, permissions, queries
from annotation.actions import AnswerNotValid, LeaseLost, NotYoursToTakeBack, TakenBack, TextGone
from annotation.forms.answer import sent
from annotation.views import refusals
from annotation.views.requests import ids, json_of
from screening.actions import NotServable, ViewsStopped


@require_GET
def task_image(request: HttpRequest, task_id: UUID) -> HttpResponseBase:
    """The picture of the photo that this person holds; the view is in the log before the first byte."""
    me = permissions.check_can_read_tasks(request.user)
    try:
        pixels = actions.view_photo(
            task_id=task_id, rendition="rendition", staff_id=me, stages=permissions.stages_of(request.user)
        )
    except (LeaseLost, NotServable):
        raise Http404 from None
    except ViewsStopped:
        # What is said to the person stands where the next photo would: annotation.queries.idle.
        raise PermissionDenied from None
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
    except TakenBack:
        return refusals.taken_back()
    except LeaseLost:
        return refusals.lost(task_id, me, one.version)
    until = reading.at + timedelta(seconds=settings.UNDO_SECONDS)
    return JsonResponse({"reading": reading.reading_id, "at": reading.at, "undo_until": until})


@require_POST
def task_take(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Have this very photo again, by the version last held, after its lease was lost; 409 when it cannot be had."""
    me = permissions.check_can_read_tasks(request.user)
    version = json_of(request).get("version")
    if not isinstance(version, int):
        raise BadRequest("This takes the version that was held.")
    try:
        task = actions.take_again(
            task_id=task_id, version=version, staff_id=me, stages=permissions.stages_of(request.user)
        )
    except LeaseLost:
        return refusals.lost(task_id, me, version)
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
    """What the print reads, by suggestion; the look is in the log. 410 when nothing is kept of it."""
    me = permissions.check_can_read_tasks(request.user)
    (lease,) = ids([json_of(request).get("lease")])
    try:
        words = actions.show_text(task_id=task_id, lease=lease, staff_id=me, stages=permissions.stages_of(request.user))
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
    except NotYoursToTakeBack:
        return refusals.not_yours()
    return _payload(task.pk, me)


@require_GET
def last_readings(request: HttpRequest) -> JsonResponse:
    """This person's last answers, in words."""
    me = permissions.check_can_read_tasks(request.user)
    return JsonResponse({"readings": [asdict(one) for one in queries.last_readings(me)]})


def _payload(task_id: UUID, me: UUID) -> JsonResponse:
    """The photo that is this person's again, and all that they hold now: one that waited may have made room for it."""
    found = queries.payloads(me, [task_id])
    return JsonResponse({"task": found[0], "held": queries.held(me)}) if found else refusals.lost(task_id, me)
