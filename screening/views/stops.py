"""Whose views of photos are stopped, for a lead or an administrator, who lets them go on."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.permissions import asked_again
from screening import actions, permissions
from screening.queries.stops import lifted_stops, open_stops

SHOWN = 50


@require_GET
def stop_list(request: HttpRequest) -> HttpResponse:
    """The stops that stand, and the last ones that were lifted."""
    me = permissions.check_can_lift_stops(request.user)
    context = {
        "stops": open_stops(),
        "lifted": lifted_stops()[:SHOWN],
        "me": me,
        "an_hour": settings.VIEWS_AN_HOUR,
        "outside": settings.VIEWS_OUTSIDE_TASKS_AN_HOUR,
    }
    return render(request, "screening/stops.html", context)


@require_POST
def stop_lift(request: HttpRequest, stop_id: UUID) -> HttpResponse:
    """Let the person open pictures again; with a fresh second factor, because it lifts a guard."""
    me = permissions.check_can_lift_stops(request.user)
    if again := asked_again(request, reverse("screening:stops")):
        return again
    try:
        actions.lift_stop(stop_id=stop_id, staff_id=me)
    except actions.NotToBeLifted:
        messages.error(request, _("Somebody else has lifted this stop, or it is your own. Nothing changed."))
    else:
        messages.success(request, _("This person can open pictures again. The count begins anew."))
    return redirect("screening:stops")
