"""Near-duplicates: are two photos one picture, and what becomes of the one that stays. Facts first."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.permissions import asked_again
from screening import actions, permissions
from screening.duplicate_forms import AnswerForm, CompareForm
from screening.models import NearDuplicate
from screening.queries import are_views_stopped, pairs, views_stopped_in_words

SHOWN = 50
REASON = "duplicate"


@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that nobody has compared yet; for the officer first what is asked after a withdrawal."""
    permissions.check_can_compare(request.user)
    asked = pairs.to_answer() if permissions.can_answer(request.user) else NearDuplicate.objects.none()
    context = {
        "questions": pairs.with_facts(asked[:SHOWN]),
        "pairs": pairs.with_facts(pairs.to_compare()[:SHOWN]),
        "most": SHOWN,
    }
    return render(request, "screening/duplicates.html", context)


@require_http_methods(["GET", "POST"])
def duplicate(request: HttpRequest, pair_id: int) -> HttpResponse:
    """One pair as facts, with `?pictures` both pictures; whether they are the same."""
    me = permissions.check_can_compare(request.user)
    row = get_object_or_404(pairs.all_pairs(), pk=pair_id)
    form = CompareForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.say(pair_id=pair_id, same=form.same, staff_id=me)
        messages.success(request, _("Your answer is kept."))
        return redirect("screening:duplicate", pair_id=pair_id)
    can_be_shown = pairs.can_be_shown(row)
    stopped = are_views_stopped(me)
    (pair,) = pairs.with_facts([row])
    context = {
        "pair": pair,
        "can_be_shown": can_be_shown,
        "pictures": can_be_shown and "pictures" in request.GET and not stopped,
        "stopped": views_stopped_in_words() if stopped else "",
    }
    return render(request, "screening/duplicate.html", context, status=422 if form.errors else 200)


@require_GET
def duplicate_picture(request: HttpRequest, pair_id: int, photo_id: UUID) -> HttpResponseBase:
    """One of the two pictures, small; the view is in the log before the first byte."""
    me = permissions.check_can_compare(request.user)
    row = get_object_or_404(NearDuplicate, pk=pair_id)
    if photo_id not in {row.one_id, row.other_id} or not pairs.can_be_shown(row):
        raise Http404
    try:
        pixels = actions.view(photo_id=photo_id, rendition="thumbnail", staff_id=me, reason=REASON)
    except actions.NotServable:
        raise Http404 from None
    except actions.ViewsStopped:
        raise PermissionDenied from None
    return StreamingHttpResponse(pixels, content_type="image/jpeg")


@require_http_methods(["GET", "POST"])
def duplicate_answer(request: HttpRequest, pair_id: int) -> HttpResponse:
    """What becomes of a photo whose near-duplicate was withdrawn; taking it out takes a second press.

    It can end the photo's use for good, so an answer asks for a fresh second factor.
    """
    me = permissions.check_can_answer(request.user)
    if request.method == "POST" and (
        again := asked_again(request, reverse("screening:duplicate_answer", args=[pair_id]))
    ):
        return again
    (pair,) = pairs.with_facts([get_object_or_404(pairs.to_answer(), pk=pair_id)])
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.is_final and "confirm" not in request.POST:
        return render(request, "screening/duplicate_take_out.html", {"pair": pair})
    if form.is_valid():
        try:
            actions.answer(pair_id=pair_id, answer=form.cleaned_data["answer"], staff_id=me)
        except actions.NothingAsked:
            messages.warning(request, _("Somebody else has answered. Nothing changed."))
        else:
            messages.success(request, _("Your answer is kept."))
        return redirect("screening:duplicates")
    status = 422 if form.errors else 200
    return render(request, "screening/duplicate_answer.html", {"pair": pair, "form": form}, status=status)
