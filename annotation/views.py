"""The workbench and the lead's page. A GET shows the photo that is held; taking, keeping and answering are POSTs."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from annotation import actions, permissions, queries
from annotation.forms import AnswerForm, LeaseForm
from annotation.models import Exclusion, Task
from annotation.transitions import TransitionNotAllowed
from contributions import queries as contributions
from screening.actions import NotServable

# What an answer that does not fit the photo is told, by the action's word for it.
REFUSALS = {
    "exclusion": _lazy("Choose a reason for excluding this photo."),
    "mark": _lazy("A mark of this photo has changed meanwhile. Open the photo again."),
    "place": _lazy("A person stands outside of the photo. Move the mark into it."),
    "age": _lazy("Give every person an age in years, such as 7 or 3.5."),
    "crop": _lazy("The frame is empty: left must be less than right, and top less than bottom."),
    "cover": _lazy("A cover lies outside of the photo. Move it into it, or remove it."),
}


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """The photo this person holds, or the way to the next one."""
    me = permissions.check_can_annotate(request.user)
    task = queries.lease_of(me)
    if task is None:
        return render(request, "annotation/empty.html", {"waiting": queries.waiting_for(me)})
    return _show(request, task)


def _show(request: HttpRequest, task: Task, problem: str = "", status: int = 200) -> HttpResponse:
    grounds = contributions.grounds_in_words([task.photo_id])
    persons = [
        {
            "mark": str(person.id),
            "x": person.x,
            "y": person.y,
            "words": person.age_text,
            "years": None if person.age_years is None else float(person.age_years),
            "who": grounds.get(person.id, ""),
        }
        for person in task.photo.persons.all()
    ]
    context = {
        "task": task,
        "persons": persons,
        "exclusions": Exclusion.choices,
        "problem": problem,
        "start": queries.starting_crop(task.photo),
        "suggested_crop": queries.suggested_crop(task.photo),
        "suggestions": queries.suggestions(task.photo_id),
        "search": queries.text_search(task.photo_id),
    }
    return render(request, "annotation/workbench.html", context, status=status)


def _refuse(request: HttpRequest, staff_id: UUID, problem: str) -> HttpResponse:
    """The photo again with what is wrong, if it is still this person's."""
    task = queries.lease_of(staff_id)
    return _show(request, task, problem, 422) if task else redirect("annotation:workbench")


@require_POST
def task_take(request: HttpRequest) -> HttpResponse:
    """Take the next photo, or say why there is none."""
    me = permissions.check_can_annotate(request.user)
    if actions.take_next(staff_id=me) is None:
        messages.info(request, _("No photo is waiting for you just now."))
    return redirect("annotation:workbench")


@require_GET
def task_image(request: HttpRequest, task_id: UUID) -> HttpResponseBase:
    """The picture of the photo that this person holds; the view is in the log before the first byte."""
    me = permissions.check_can_annotate(request.user)
    try:
        pixels = actions.view_photo(task_id=task_id, rendition="rendition", staff_id=me)
    except (actions.LeaseLost, NotServable):
        raise Http404 from None
    return StreamingHttpResponse(pixels, content_type="image/jpeg")


@require_POST
def task_submit(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Keep the answer and hand out the next photo; 409 when the photo is no longer this person's."""
    me = permissions.check_can_annotate(request.user)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refuse(request, me, " ".join(str(error) for errors in form.errors.values() for error in errors))
    data = form.cleaned_data
    try:
        actions.submit(
            task_id=task_id,
            lease=data["lease"],
            version=data["version"],
            key=data["key"],
            staff_id=me,
            people=data["people"],
            crop=form.crop(),
            covers=data["covers"],
            exclusion=data["exclusion"],
            note=data["note"],
            seconds=data["seconds"],
        )
    except actions.LeaseLost:
        return render(request, "annotation/lost.html", status=409)
    except actions.AnswerNotValid as refusal:
        return _refuse(request, me, str(REFUSALS[str(refusal)]))
    actions.take_next(staff_id=me)
    return redirect("annotation:workbench")


@require_POST
def task_renew(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Keep the photo for some more minutes while its page is open."""
    me = permissions.check_can_annotate(request.user)
    form = LeaseForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.LeaseLost
        actions.renew_lease(task_id=task_id, lease=form.cleaned_data["lease"], staff_id=me)
    except actions.LeaseLost:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
def task_text(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """What the print reads, by suggestion: once, and kept by nobody. 410 when it was shown or destroyed before."""
    me = permissions.check_can_annotate(request.user)
    form = LeaseForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.LeaseLost
        words = actions.show_text(task_id=task_id, lease=form.cleaned_data["lease"], staff_id=me)
    except actions.LeaseLost:
        return HttpResponse(status=409)
    except actions.TextGone:
        return HttpResponse(status=410)
    return JsonResponse({"words": words}, headers={"Cache-Control": "no-store"})


@require_POST
def task_put_back(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give the photo back: for somebody else now (`not_now`), or just because the page is left."""
    me = permissions.check_can_annotate(request.user)
    form = LeaseForm(request.POST)
    if form.is_valid():
        actions.put_back(
            task_id=task_id,
            lease=form.cleaned_data["lease"],
            staff_id=me,
            not_now="not_now" in request.POST,
        )
    if "not_now" in request.POST:
        actions.take_next(staff_id=me)
    return redirect("annotation:workbench")


@require_GET
def lead(request: HttpRequest) -> HttpResponse:
    """How the reading goes: photos by state, exclusions by reason, and what was read last."""
    permissions.check_can_lead(request.user)
    labels = dict(Exclusion.choices)
    excluded = [(labels[code], number) for code, number in queries.exclusions().items()]
    most = max((number for _label, number in excluded), default=1)
    context = {
        "counts": queries.counts(),
        "exclusions": excluded,
        "exclusion_columns": [_("Reason"), _("Photos")],
        "exclusion_bars": [{"label": label, "value": n, "share": 100 * n / most} for label, n in excluded],
        "latest": queries.settled().annotate(people=Count("persons")).order_by("-id")[:20],
    }
    return render(request, "annotation/lead.html", context)


@require_POST
def task_reopen(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Let a photo be read once more."""
    me = permissions.check_can_lead(request.user)
    try:
        actions.reopen(task_id=task_id, by=f"staff:{me}")
    except Task.DoesNotExist:
        raise Http404 from None
    except TransitionNotAllowed:
        messages.error(request, _("This photo is not settled. Nothing changed."))
    return redirect("annotation:lead")
