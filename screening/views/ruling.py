"""One held photo as facts, the officer's ruling on it, and passing it on."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.permissions import asked_again
from contributions.models import Photo
from screening import actions, permissions
from screening.forms import RulingForm
from screening.models import RulingProposal
from screening.queries import desk, newest_verdict
from screening.queries.held_facts import facts_of
from screening.queries.known import needs_two
from screening.queries.own_looks import looks_of
from screening.transitions import TransitionNotAllowed, VerdictState
from screening.views.revealing import LOOK_SECONDS, open_look

PAGE = "screening:ruling"
STATES = (VerdictState.CLEAR, VerdictState.EXCLUDED, VerdictState.LOCKED)


@require_http_methods(["GET", "POST"])
def ruling(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """One held photo, and the ruling on it; after a ruling the next photo. With a look begun, the picture, too."""
    me = permissions.check_can_rule(request.user)
    photo = _held_or_404(photo_id)
    by_two = needs_two(photo_id)
    form = RulingForm(request.POST if request.method == "POST" else None, states=STATES, is_known=by_two)
    if request.method == "POST" and form.is_valid():
        answer = _rule(request, photo, form, me)
        if answer is not None:
            return answer
    context = {"form": form, "by_two": by_two, "newest": newest_verdict(photo_id), **_facts(request, photo, me)}
    return render(request, "screening/ruling.html", context, status=422 if form.errors else 200)


@require_POST
def pass_on(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Leave the photo to another officer; nobody asks why."""
    me = permissions.check_can_rule(request.user)
    try:
        actions.pass_on(photo_id=photo_id, staff_id=me)
    except actions.RulingNotAllowed:
        raise Http404 from None
    messages.info(request, _("Passed on: it comes last for you now."))
    return _next(request, me)


def _held_or_404(photo_id: UUID) -> Photo:
    photo = desk.held_photo(photo_id)
    if photo is None:
        raise Http404
    return photo


def _facts(request: HttpRequest, photo: Photo, me: UUID) -> dict[str, Any]:
    (facts,) = facts_of([photo])
    looks = looks_of(me)
    look = open_look(request, photo.pk) if looks.may_look else None
    return {
        "fact": facts,
        "proposal": RulingProposal.objects.filter(photo=photo, agreed__isnull=True).first(),
        "look": look,
        "seconds": LOOK_SECONDS,
        # The look that this page opens is one of them as soon as it is seen.
        "looks": replace(looks, today=looks.today + 1, week=looks.week + 1) if look else looks,
        "rest": settings.OFFICER_BREAK_MINUTES,
        "why": request.GET.get("why", ""),
    }


def _rule(request: HttpRequest, photo: Photo, form: RulingForm, me: UUID) -> HttpResponse | None:
    """Where to go after the ruling; None when the form says what is wrong."""
    state, reason = VerdictState(form.cleaned_data["state"]), form.cleaned_data["reason"]
    try:
        if state != VerdictState.LOCKED and needs_two(photo.pk):
            return _propose(request, photo, state, reason, me)
        seen = form.cleaned_data["seen"]
        actions.rule(photo_id=photo.pk, state=state, reason=reason, by=f"staff:{me}", seen=seen)
    except (actions.RulingNotAllowed, actions.TakesTwo, TransitionNotAllowed):
        form.add_error(None, _("Meanwhile it was ruled on, or more was found. Nothing changed: read the facts again."))
        return None
    except actions.ProposalNotPossible:
        form.add_error(None, _("A proposal about this photo waits already. Nothing changed."))
        return None
    if state == VerdictState.LOCKED:
        return redirect("screening:locked_show", photo_id=photo.pk)
    done = {"photo": str(photo.pk)[:8], "state": state.label}
    messages.success(request, _("Photo %(photo)s is ruled: %(state)s.") % done)
    return _next(request, me)


def _propose(request: HttpRequest, photo: Photo, state: VerdictState, reason: str, me: UUID) -> HttpResponse:
    if again := asked_again(request, reverse(PAGE, args=[photo.pk])):
        return again
    proposal = actions.propose_ruling(photo_id=photo.pk, state=state, reason=reason, staff_id=me)
    return redirect("screening:proposal_show", proposal_id=proposal.pk)


def _next(request: HttpRequest, me: UUID) -> HttpResponse:
    """The next photo that this officer did not pass on, of the same kind; the queue when there is none."""
    why = request.GET.get("why", "")
    query = f"?{urlencode({'why': why})}" if why else ""
    following = desk.next_one(me, why)
    if following is None:
        return redirect("screening:queue")
    return redirect(reverse(PAGE, args=[following.pk]) + query)
