"""The lead's page, and what a lead does from it. Each step that changes something asks once more."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annotation import actions, permissions
from annotation.actions.leading import MOST_AT_ONCE
from annotation.forms.leading import LeaveForm, PhotosForm, ReasonForm
from annotation.models import Task
from annotation.queries import Excludable, excludable, exposures_per_question, team
from annotation.queries.exposure import DAYS, exposure
from annotation.queries.naming import name_of
from annotation.transitions import TaskState, TransitionNotAllowed
from annotation.views import team_charts

# How many photos a message names.
NAMED = 12


@require_GET
def lead(request: HttpRequest) -> HttpResponse:
    """How the reading goes: progress, the queue, pace, exclusions, who sees how much, and who holds what."""
    permissions.check_can_lead(request.user)
    context = {**_figures(), "names_stages": not permissions.is_blind(request.user)}
    return render(request, "annotation/lead.html", context)


def _figures() -> dict[str, Any]:
    queue, people, questions = team.queue(), exposure(), exposures_per_question(DAYS)
    excluded, usable = team.excluded_by_reason(), team.usable()
    return {
        "usable": usable,
        "usable_share": _share(usable.number, int(settings.CAMPAIGN["goal"])),
        "being_read": queue.states[TaskState.LEASED],
        "settled": queue.states[TaskState.READ],
        "given_back": queue.states[TaskState.GIVEN_BACK],
        "stages": queue.stages,
        "waiting": team_charts.waiting_chart(queue.stages),
        "pace": team_charts.pace_chart(team.pace()),
        "excluded": team_charts.exclusions_chart(excluded) if excluded else None,
        "limits": team_charts.limits_chart(people),
        "views": team_charts.views_chart(people),
        "capped": [person for person in people if person.is_capped],
        "resting": [person for person in people if person.break_until],
        "questions": questions.total,
        "per_question": team_charts.questions_chart(questions),
        "days": DAYS,
        "second_percent": 100 * settings.SECOND_OPINION_SHARE,
        "held": team.held(),
        "left": team.left_to_somebody(),
        "freed": team.freed(),
        "latest": team.read_last(),
        "photos_form": PhotosForm(),
        "most": MOST_AT_ONCE,
    }


def _share(number: int, goal: int) -> str:
    """So much of the goal in per cent, rounded down: what is begun is not nothing, and what lacks one is not all."""
    thousandth = 1000 * number // goal
    if number and not thousandth:
        return _("Less than %(percent)s %%") % {"percent": number_format(0.1)}
    return f"{number_format(thousandth / 10, 1 if thousandth % 10 else 0)} %"


@require_POST
def task_reopen(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Let a photo be read once more, after a second press."""
    me = permissions.check_can_lead(request.user)
    task = get_object_or_404(Task, pk=task_id)
    if "confirm" not in request.POST and task.state == TaskState.READ:
        newest = task.readings.order_by("-id").select_related("by").first()
        return render(request, "annotation/lead_reopen.html", {"task": task, "newest": newest})
    try:
        actions.reopen(task_id=task_id, staff_id=me)
    except TransitionNotAllowed:
        messages.error(request, _("This photo is not settled. Nothing changed."))
    else:
        messages.success(request, _("The photo waits for a first reading again."))
    return redirect("annotation:lead")


@require_POST
def task_reassign(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take a photo from its holder, or leave it to somebody: without `to`, the page that asks to whom."""
    me = permissions.check_can_lead(request.user)
    task = get_object_or_404(Task.objects.select_related("leased_to", "meant_for"), pk=task_id)
    is_answered = "to" in request.POST or "leave" in request.POST
    # Who may read it as a second opinion tells a lead who reads, too, that it is one.
    is_blind = permissions.is_blind(request.user)
    form = LeaveForm(request.POST if is_answered else None, but_for=None if is_blind else task.first_by_id)
    context = {"task": task, "form": form, "names_stages": not is_blind}
    if not form.is_valid():
        return render(request, "annotation/lead_leave.html", context, status=422 if form.errors else 200)
    try:
        actions.reassign(task_id=task_id, to=form.person, staff_id=me)
    except TransitionNotAllowed:
        messages.error(request, _("This photo does not wait any more. Nothing changed."))
    except actions.NotForThisPerson:
        form.add_error("to", form.fields["to"].error_messages["invalid_choice"])
        return render(request, "annotation/lead_leave.html", context, status=422)
    else:
        messages.success(request, _("Done. Whoever held the photo is told when they save."))
    return redirect("annotation:lead")


@require_POST
def photos_exclude(request: HttpRequest) -> HttpResponse:
    """Exclude many photos for one reason: first what would be excluded and what not, then the result."""
    me = permissions.check_can_lead(request.user)
    photos = PhotosForm(request.POST)
    if not photos.is_valid():
        context = {"form": photos, "errors": photos.non_field_errors()}
        return render(request, "annotation/lead_exclude_which.html", context, status=422)
    form = ReasonForm(request.POST if "confirm" in request.POST else None)
    if not form.is_valid():
        return _ask_why(request, me, photos, form)
    found = actions.exclude_many(
        photo_ids=photos.chosen, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"], staff_id=me
    )
    return _tell(request, found)


def _ask_why(request: HttpRequest, me: UUID, photos: PhotosForm, form: ReasonForm) -> HttpResponse:
    found = excludable(photos.chosen, me)
    context = {"found": found, "unreadable": photos.unreadable, "ambiguous": photos.ambiguous, "form": form}
    return render(request, "annotation/lead_exclude.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, found: Excludable) -> HttpResponse:
    done = len(found.tasks)
    told = messages.success if done else messages.warning
    told(request, ngettext("%(n)s photo is excluded.", "%(n)s photos are excluded.", done) % {"n": done})
    for why, left in found.left_by_reason:
        words = ngettext(
            "%(n)s photo was left as it is, because it is %(why)s: %(which)s.",
            "%(n)s photos were left as they are, because they are %(why)s: %(which)s.",
            len(left),
        )
        messages.warning(request, words % {"n": len(left), "why": why.label, "which": _short(left)})
    return redirect("annotation:lead")


def _short(photos: list[UUID]) -> str:
    """Some of these ids, as pages write them."""
    named = ", ".join(name_of(photo) for photo in photos[:NAMED])
    return named if len(photos) <= NAMED else f"{named}, …"
