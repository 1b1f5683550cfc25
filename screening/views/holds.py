"""The desk for legal holds: two officers for each step that counts, each with a fresh second factor."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.permissions import asked_again
from screening import actions, permissions, queries
from screening.forms import HoldForm
from screening.models import LegalHold
from screening.transitions import HoldState, TransitionNotAllowed
from screening.views.second_factor import step

PAGE = "screening:hold_show"
REFUSALS = {
    actions.SameOfficer: gettext_lazy("You proposed this, so another officer decides. Nothing changed."),
    TransitionNotAllowed: gettext_lazy("The hold has moved on meanwhile. Nothing changed."),
    actions.HoldNotPossible: gettext_lazy("The photo was erased before a second officer confirmed. Nothing changed."),
}


@require_GET
def hold_list(request: HttpRequest) -> HttpResponse:
    """Every hold: what waits for a second officer first."""
    permissions.check_can_hold(request.user)
    context = {"holds": queries.holds()[:200], "lost": queries.holds_without_officers()}
    return render(request, "screening/holds.html", context)


@require_http_methods(["GET", "POST"])
def hold_propose(request: HttpRequest) -> HttpResponse:
    """Propose to keep a photo."""
    me = permissions.check_can_hold(request.user)
    form = HoldForm(request.POST if request.method == "POST" else None, initial={"photo": request.GET.get("photo")})
    if request.method == "POST" and (again := asked_again(request, reverse("screening:hold_propose"))):
        return again
    if request.method == "POST" and form.is_valid():
        photo_id, reference = form.cleaned_data["photo"], form.cleaned_data["reference"]
        try:
            hold = actions.propose(photo_id=photo_id, reference=reference, staff_id=me)
        except actions.HoldNotPossible:
            form.add_error("photo", _("There is no such photo, it is erased already, or a hold of it is open."))
        else:
            return redirect(PAGE, hold_id=hold.pk)
    return render(request, "screening/hold_propose.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def hold_show(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """One hold: its steps, who took them, and the next one. A press on the next one proposes to lift it."""
    me = permissions.check_can_hold(request.user)
    if request.method == "POST":
        return _step(request, hold_id, actions.propose_lifting)
    hold = get_object_or_404(queries.holds(), pk=hold_id)
    own = {HoldState.PROPOSED: hold.proposed_by_id == me, HoldState.LIFTING: hold.lifting_by_id == me}
    return render(request, "screening/hold_show.html", {"hold": hold, "own": own.get(HoldState(hold.state), False)})


@require_POST
def hold_confirm(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Place a hold that another officer proposed."""
    return _step(request, hold_id, actions.place)


@require_POST
def hold_drop(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Take a proposal back."""
    return _step(request, hold_id, actions.drop)


@require_POST
def hold_lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Lift a hold that another officer proposed to lift."""
    return _step(request, hold_id, actions.lift)


@require_POST
def hold_keep(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Leave a hold in place that somebody proposed to lift."""
    return _step(request, hold_id, actions.refuse_lifting)


def _step(request: HttpRequest, hold_id: UUID, take: Callable[..., None]) -> HttpResponse:
    me = permissions.check_can_hold(request.user)
    return step(request, take, of=LegalHold, page=PAGE, given={"hold_id": hold_id, "staff_id": me}, refusals=REFUSALS)
